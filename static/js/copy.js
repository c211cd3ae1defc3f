// Copies the text for support. Where the clipboard is blocked the text is shown and selected instead.
async function copy(report, feedback) {
  const text = report.querySelector("textarea");
  try {
    await navigator.clipboard.writeText(text.value);
    feedback.textContent = "Gekopieerd";
  } catch {
    report.dataset.shown = "";
    text.select();
    feedback.textContent = "Druk op Ctrl+C";
  }
}

addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const place = button.closest("[data-copyable]");
  copy(place.querySelector("[data-report]"), place.querySelector("[data-feedback]"));
});

// The text with the BSN/FI comes on demand only; it is copied as soon as it is here.
addEventListener("htmx:afterSwap", (event) => {
  const report = event.target.querySelector?.("[data-revealed]");
  if (report) copy(report, report.closest("[data-copyable]").querySelector("[data-feedback]"));
});
