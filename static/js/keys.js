// Single keys, for whoever switched them on (WCAG 2.1.4): '/' to search, '?' what they are, 'n' the next failure, 'j' and
// 'k' a row on and back. They wait for nobody who types, nor for keys that mean something else with Ctrl or Alt.
const help = document.getElementById("keys");
const dialog = document.getElementById("dialog");

const WRITES = "input:not([type=checkbox], [type=radio], [type=submit]), textarea, select, [contenteditable]";
const rows = () => [...document.querySelectorAll(".table tbody tr")].filter(linkOf);
const linkOf = (row) => row.querySelector("a.main, .actions a, a[href]");
const hasFailed = (row) => row.querySelector(".badge[data-state=stop]");

// From the row with the focus on; from the top or the end where none has it.
function go(step, isWanted = () => true) {
  const all = rows();
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const ahead = step > 0 ? all.slice(at + 1) : all.slice(0, at < 0 ? all.length : at).reverse();
  const row = ahead.find(isWanted);
  if (!row) return;
  linkOf(row).focus();
  row.scrollIntoView({ block: "nearest" });
}

function nextFailure() {
  const inLog = (dialog.open ? dialog : document).querySelector(".pagination .next a[href*='/log/']");
  if (inLog) inLog.click();
  else if (!dialog.open) go(1, hasFailed);
}

const search = () => document.querySelector("main input[type=search]")?.focus();
const onPage = (act) => () => dialog.open || help.open || act();
const ACTS = {
  "/": onPage(search),
  "?": () => help.open || help.showModal(),
  n: () => help.open || nextFailure(),
  j: onPage(() => go(1)),
  k: onPage(() => go(-1)),
};

addEventListener("keydown", (event) => {
  const { key, ctrlKey, altKey, metaKey, isComposing, repeat, target } = event;
  if (ctrlKey || altKey || metaKey || isComposing || !Object.hasOwn(ACTS, key) || target.matches?.(WRITES)) return;
  if (repeat && !"jk".includes(key)) return;
  event.preventDefault(); // or the key is the first that is typed
  ACTS[key]();
});
