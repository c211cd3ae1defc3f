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

dialog?.addEventListener("close", () => dialog.replaceChildren());

// Closing took away the link that asked: its answer is not wanted any more, and would open the dialog again.
addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target === dialog && !event.detail.requestConfig.elt.isConnected) event.detail.shouldSwap = false;
});
