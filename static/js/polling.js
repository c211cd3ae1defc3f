// Parts of a page that ask for news by themselves (hx-trigger "every …").

// In a tab that nobody sees they ask seldom; and they wait while somebody presses or selects something in them.
const HIDDEN_EVERY = 10_000;
let asked = 0;
// A list of choices that is open; older browsers only know that it has the focus.
const OPEN = CSS.supports("selector(:open)") ? "select:open" : "select:focus";

const polls = (element) => element.getAttribute("hx-trigger")?.startsWith("every");

function isBusy(part) {
  const selection = getSelection();
  return part.matches(":active") || part.querySelector(OPEN) || (!selection.isCollapsed && part.contains(selection.anchorNode));
}

addEventListener("htmx:beforeRequest", (event) => {
  if (!polls(event.target)) return;
  if (document.hidden && performance.now() - asked < HIDDEN_EVERY) event.preventDefault();
  else asked = performance.now();
});

addEventListener("htmx:beforeSwap", (event) => {
  if (polls(event.detail.requestConfig.elt) && isBusy(event.detail.requestConfig.elt)) event.detail.shouldSwap = false;
});

// What happens is said aloud, each sentence once: a part brings all that holds now, and the new ones are announced.
const said = new Set();

function announce(aloud) {
  const sentences = [...document.querySelectorAll("[data-announce]")].map((one) => one.textContent.trim());
  const news = sentences.filter((sentence) => sentence && !said.has(sentence));
  for (const sentence of news) said.add(sentence);
  const announcer = document.getElementById("announcer");
  if (aloud && announcer && news.length) announcer.textContent = news.join(" ");
}

announce(document.querySelector("[hx-trigger^='every']"));
addEventListener("htmx:afterSwap", () => announce(true));
