// Passkeys: the talk with the browser is allauth's; here it is tied to a form[data-passkey], and what went wrong is told.
const starts = { add: "addForm", authenticate: "authenticateForm", login: "loginForm" };
const spoken = {
  NotAllowedError: "Het is niet gelukt of u hebt het afgebroken. Probeer het opnieuw.",
  InvalidStateError: "Dit apparaat heeft al een passkey voor uw account.",
  SecurityError: "Passkeys werken niet op dit adres van de portal.",
};

const form = document.querySelector("form[data-passkey]");

function tell(error) {
  const place = form.querySelector("[data-passkey-error]");
  place.textContent = spoken[error.name] ?? "Het is niet gelukt. Probeer het over een minuut opnieuw.";
  place.hidden = false;
}

if (form && window.PublicKeyCredential) {
  form.hidden = false;
  const { passkey, options } = form.dataset;
  const { credential, passwordless } = form.elements;
  window.allauth.webauthn.forms[starts[passkey]]({
    ids: { [passkey]: "passkey-button", credential: credential.id, passwordless: passwordless?.id },
    data: options && JSON.parse(options),
  });
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    tell(event.detail.exception);
  });
}
