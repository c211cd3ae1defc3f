// Brings the reader to the error summary when a page or a part arrives with one.
const toSummary = (place) => place.querySelector?.("[data-focus]")?.focus();

toSummary(document);
addEventListener("htmx:afterSwap", (event) => toSummary(event.target));
