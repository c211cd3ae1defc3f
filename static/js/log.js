// While a log is open its own address stands in the address bar, so that it can be sent to a colleague.
const dialog = document.getElementById("dialog");
let behind = null;

addEventListener("htmx:afterSwap", (event) => {
  const address = event.target === dialog && dialog.querySelector("[data-address]")?.dataset.address;
  if (!address) return;
  behind ??= location.href;
  history.replaceState(history.state, "", address);
  dialog.scrollTop = 0;
});

dialog.addEventListener("close", () => {
  if (behind) history.replaceState(history.state, "", behind);
  behind = null;
});
