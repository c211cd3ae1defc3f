// 'Wachtwoord tonen' beside every password field. It holds for this page and this moment only: what is sent is hidden
// again first, and so is a page to which one comes back, so that no browser takes a password for an ordinary text.
const fieldOf = (button) => document.getElementById(button.getAttribute("aria-controls"));

function show(button, isShown) {
  fieldOf(button).type = isShown ? "text" : "password";
  button.setAttribute("aria-pressed", isShown);
}

function hideAll() {
  for (const button of document.querySelectorAll("[data-show-password]")) show(button, false);
}

addEventListener("click", (event) => {
  const button = event.target.closest("[data-show-password]");
  if (button) show(button, fieldOf(button).type === "password");
});

addEventListener("submit", hideAll, true);
addEventListener("pagehide", hideAll);
