// Parts of a page that ask for news by themselves: hx-trigger "every …", and "failures" when such news tells of one.

// In a tab that nobody sees they ask seldom; and they wait while somebody presses or selects something in what they
// replace, or waits for the answer to what was pressed: that answer would find its place gone.
const HIDDEN_EVERY = 10_000;
const AGAIN = 1_000;
let asked = 0;
// A list of choices that is open; older browsers only know that it has the focus.
const OPEN = CSS.supports("selector(:open)") ? "select:open" : "select:focus";

const polls = (element) => element.getAttribute("hx-trigger")?.startsWith("every");
const listens = (element) => element.getAttribute("hx-trigger")?.startsWith("failures");
const asksByItself = (element) => polls(element) || listens(element);

const waits = () => [...document.querySelectorAll(".htmx-request")].some((element) => !asksByItself(element));

function isBusy(part) {
  const selection = getSelection();
  const selects = !selection.isCollapsed && part.contains(selection.anchorNode);
  return part.matches(":active") || part.querySelector(OPEN) || selects || waits();
}

addEventListener("htmx:beforeRequest", (event) => {
  if (!polls(event.target)) return;
  if (document.hidden && performance.now() - asked < HIDDEN_EVERY) event.preventDefault();
  else asked = performance.now();
});

addEventListener("htmx:beforeSwap", ({ detail }) => {
  const part = detail.requestConfig.elt;
  if (!asksByItself(part) || !isBusy(detail.target)) return;
  detail.shouldSwap = false; // it asks again
  if (listens(part)) setTimeout(() => htmx.trigger(document.body, "failures"), AGAIN);
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
