"use strict";
// Has this device make a passkey, or show one, as the page asks; the form brings its answer.
const form = document.getElementById("passkey");

function decoded(text) {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
}

function encoded(bytes) {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function asked() {
  const options = JSON.parse(form.dataset.options);
  options.challenge = decoded(options.challenge);
  if (options.user) options.user.id = decoded(options.user.id);
  for (const known of [...(options.excludeCredentials || []), ...(options.allowCredentials || [])]) {
    known.id = decoded(known.id);
  }
  return options;
}

function answered(passkey) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (passkey.response[part]) response[part] = encoded(passkey.response[part]);
  }
  return { id: passkey.id, rawId: encoded(passkey.rawId), type: passkey.type, response };
}

async function send(event) {
  event.preventDefault();
  try {
    const passkey = await navigator.credentials[form.dataset.way]({ publicKey: asked() });
    form.elements.credential.value = JSON.stringify(answered(passkey));
    form.submit();
  } catch {
    document.getElementById("refused").hidden = false;
  }
}

if (window.PublicKeyCredential) {
  form.addEventListener("submit", send);
  document.getElementById("ready").hidden = false;
  document.getElementById("cannot").hidden = true;
}
