// Seeks among the codes of the page itself: nothing is sent. An anchor of a code shows it, whatever was sought.
const field = document.querySelector("[data-guide-search]");
const found = document.querySelector("[data-guide-found]");
const codes = [...document.querySelectorAll("[data-guide-code]")];
const groups = [...document.querySelectorAll("[data-guide-group]")];
const texts = new Map(codes.map((code) => [code, code.textContent.toLowerCase()]));

function narrow() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const code of codes) code.hidden = !words.every((word) => texts.get(code).includes(word));
  for (const group of groups) group.hidden = !group.querySelector("[data-guide-code]:not([hidden])");
  const shown = codes.filter((code) => !code.hidden).length;
  const counted = shown === 1 ? "1 code" : `${shown} codes`;
  found.textContent = words.length ? (shown ? `${counted} gevonden.` : "Geen code gevonden. Zoek op een ander woord.") : "";
}

field.addEventListener("input", narrow);
addEventListener("hashchange", () => {
  if (!document.getElementById(location.hash.slice(1))?.closest("[hidden]")) return;
  field.value = "";
  narrow();
  document.getElementById(location.hash.slice(1)).scrollIntoView();
});
if (field.value) narrow(); // what the browser kept of an earlier visit
