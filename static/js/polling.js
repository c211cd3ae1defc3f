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

// What changed is said aloud once: the part brings a sentence, and only a new one reaches the announcer.
addEventListener("htmx:afterSwap", (event) => {
  const announcer = document.getElementById("announcer");
  const sentence = event.target.querySelector?.("[data-announce]")?.textContent.trim();
  if (announcer && sentence && announcer.textContent !== sentence) announcer.textContent = sentence;
});
