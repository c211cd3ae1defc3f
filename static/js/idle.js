// Says some time before it happens that the session will end, and offers to stay. It never asks the server anything by
// itself: the page knows how long is left, each answer to htmx tells it anew, and other windows tell what they heard.
const dialog = document.getElementById("idle");
dialog.innerHTML = `
  <div class="stack-tight" data-when="idle last">
    <h2 id="idle-title">U wordt bijna uitgelogd</h2>
    <p id="idle-why">
      <span data-when="idle">U hebt een tijd niets gedaan.</span>
      <span data-when="last">U bent al heel lang ingelogd. Rond af waarmee u bezig bent.</span>
      Over <strong class="tabular" data-countdown></strong> logt de portal u uit, zodat niemand anders bij de gegevens
      van uw klanten kan.
    </p>
  </div>
  <div class="stack-tight" data-when="over" hidden>
    <h2 id="idle-over">U bent uitgelogd</h2>
    <p>Log opnieuw in. U komt terug op deze pagina.</p>
  </div>
  <p class="visually-hidden" role="status" data-spoken></p>
  <div class="buttons">
    <button class="button" type="button" data-when="idle">Blijf ingelogd</button>
    <button class="button" type="button" data-when="last">Verder werken</button>
    <a class="button" href="" data-when="over" hidden>Opnieuw inloggen</a>
  </div>`;
dialog.setAttribute("aria-describedby", "idle-why");
const before = 1000 * Number(dialog.dataset.before);
const others = new BroadcastChannel("session");
const spoken = [before / 6000, before / 2000]; // seconds left at which it is said aloud once more: 20 and 60

let ends = 0; // the moment, in milliseconds
let isLast = false; // nothing that one does helps: a session lasts so long at all
let isPutAside = false; // seen, and closed by its reader
let said = Infinity;

const inDialog = (selector) => dialog.querySelector(selector);
const seconds = () => Math.max(0, Math.ceil((ends - Date.now()) / 1000));
const counted = (n, one, many) => `${n} ${n === 1 ? one : many}`;

function inWords(left) {
  const minutes = Math.floor(left / 60);
  const rest = left % 60;
  const told = [minutes && counted(minutes, "minuut", "minuten"), rest && counted(rest, "seconde", "seconden")];
  return told.filter(Boolean).join(" en ") || "enkele seconden";
}

function appear(phase) {
  if (dialog.dataset.phase !== phase) {
    dialog.dataset.phase = phase;
    dialog.setAttribute("aria-labelledby", phase === "over" ? "idle-over" : "idle-title");
    for (const part of dialog.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(phase);
    if (dialog.open) inDialog("[data-when]:not([hidden]):is(a, button)").focus();
  }
  if (!dialog.open && (!isPutAside || phase === "over")) {
    said = seconds(); // by the dialog itself
    dialog.showModal();
  }
}

function vanish() {
  said = Infinity;
  inDialog("[data-spoken]").textContent = "";
  if (dialog.open) dialog.close();
  isPutAside = false;
}

function speak(left) {
  const due = spoken.find((moment) => left <= moment && said > moment);
  if (!due) return;
  said = due;
  inDialog("[data-spoken]").textContent = `Nog ${inWords(left)} ingelogd.`;
}

function look() {
  const left = seconds();
  if (1000 * left > before) return vanish();
  inDialog("[data-countdown]").textContent = inWords(left);
  inDialog("a").href = location.href;
  appear(left === 0 ? "over" : isLast ? "last" : "idle");
  if (left && dialog.open) speak(left);
}

function hear(left) {
  ends = Date.now() + 1000 * (parseInt(left, 10) + 1); // never before the server thinks so
  isLast = left.endsWith("last");
  look();
}

hear(dialog.dataset.left);
setInterval(look, 1000);
addEventListener("visibilitychange", look); // a laptop that slept

// Another window may know of a later end, but it is the same session: the last that was heard holds for all.
others.postMessage(dialog.dataset.left);
others.addEventListener("message", ({ data }) => hear(data));
addEventListener("htmx:afterRequest", ({ detail }) => {
  const left = detail.xhr?.getResponseHeader("Session-Left");
  if (!left) return;
  hear(left);
  others.postMessage(left);
});

dialog.addEventListener("click", ({ target }) => {
  if (!target.matches("button")) return;
  if (dialog.dataset.phase === "idle") stay();
  else dialog.close();
});

// Escape stays signed in too, where that can be: whoever presses it is there.
dialog.addEventListener("cancel", (event) => {
  if (dialog.dataset.phase === "over") event.preventDefault();
  if (dialog.dataset.phase === "idle") stay();
});
dialog.addEventListener("close", () => (isPutAside = 1000 * seconds() <= before));

function stay() {
  htmx.ajax("POST", dialog.dataset.stay, { source: inDialog("button"), swap: "none" });
}
