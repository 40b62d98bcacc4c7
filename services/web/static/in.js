"use strict";
// Puts what stands after the # into the form, and takes it out of the address bar. The button sends it.
// Anything else there, like the way to the main part of the page, is left alone.
const SHOWN = /^(card|[0-9a-f]{32})\.([\w-]{1,100})$/;

function read() {
  const shown = location.hash.slice(1);
  if (!SHOWN.test(shown)) return;
  history.replaceState(null, "", location.pathname);
  document.getElementById("shown").value = shown;
  document.getElementById("lost").hidden = !shown.startsWith("card.");
  document.getElementById("ready").hidden = false;
  document.getElementById("ways").hidden = true;
}
addEventListener("hashchange", read);
read();
