// Shows the page's dialog when htmx puts something in it; closing empties it, and the browser gives focus back.
const dialog = document.getElementById("dialog");

addEventListener("htmx:afterSwap", (event) => {
  if (event.target === dialog && !dialog.open) dialog.showModal();
});

dialog?.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("[data-close]")) {
    event.preventDefault();
    dialog.close();
  }
});

// What was asked for in the dialog is not wanted any more: its answer would open the dialog again.
dialog?.addEventListener("close", () => {
  for (const asking of dialog.querySelectorAll(".htmx-request")) asking.dispatchEvent(new Event("htmx:abort"));
  dialog.replaceChildren();
});
