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

// What was asked in a dialog that was closed meanwhile is not wanted any more, and would open it again. A link on the
// page may be gone too, by news that came in: who pressed it still wants to see the answer.
addEventListener("htmx:beforeRequest", ({ detail }) => {
  detail.requestConfig.fromDialog = dialog?.contains(detail.elt);
});
addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt, fromDialog } = detail.requestConfig;
  if (detail.target === dialog && fromDialog && !elt.isConnected) detail.shouldSwap = false;
});
