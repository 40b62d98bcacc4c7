"use strict";
// Puts the code that stands after the # into the box, and takes it out of the address bar. The button sends it.
function read() {
  const code = location.hash.slice(1);
  if (!/^[0-9A-Za-z]{10}$/.test(code)) return;
  history.replaceState(null, "", location.pathname);
  document.getElementById("code").value = code;
}
addEventListener("hashchange", read);
read();
