"use strict";
// Puts what stands after the # into the form, and takes it out of the address bar. The button sends it.
function read() {
  const shown = location.hash.slice(1);
  if (!shown) return;
  history.replaceState(null, "", location.pathname);
  document.getElementById("shown").value = shown;
  document.getElementById("lost").hidden = !shown.startsWith("card.");
  document.getElementById("ready").hidden = false;
  document.getElementById("ways").hidden = true;
}
addEventListener("hashchange", read);
read();
