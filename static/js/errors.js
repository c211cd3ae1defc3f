// Brings the reader to the error summary when a page or a part arrives with one. A link whose part did not come is
// followed as a link, so that the page can say what is wrong.
const toSummary = (place) => place.querySelector?.("[data-focus]")?.focus();

toSummary(document);
addEventListener("htmx:afterSwap", (event) => toSummary(event.target));

for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  addEventListener(failure, (event) => {
    const link = event.detail.elt.closest("a[href]");
    if (link) location.assign(link.href);
  });
}
