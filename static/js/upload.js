// Sends the chosen file at once, shows how far it is, and keeps the choice when the connection breaks.
// htmx makes the request and swaps the answer; this module says when, and what is shown meanwhile.
const MB = 1_000_000;
const firstBytes = () => Number(form().dataset.head); // so many show what sort of file it is

let sending = null; // the request under way
let began = 0;
let early = false; // 'Volgende' was pressed before the file was here

const form = () => document.getElementById("upload");
const inForm = (selector) => form()?.querySelector(selector);
const chosen = () => inForm("input[type=file]")?.files[0];

function show(phase) {
  form().dataset.phase = phase;
  for (const block of form().querySelectorAll("[data-shown]")) block.hidden = !block.dataset.shown.split(" ").includes(phase);
  inForm("[data-early]").hidden = !early;
  if (document.activeElement.matches("body, .chosen-name, [hidden] *")) focusOn(phase);
}

// What had the focus is gone: the place where the eye goes has it now.
function focusOn(phase) {
  inForm({ choosing: "input[type=file]", sending: ".chosen-name", broken: "[data-retry]" }[phase]).focus();
}

async function isUseless(file) {
  const { endings, heads, limit } = form().dataset;
  const bytes = new Uint8Array(await file.slice(0, firstBytes()).arrayBuffer());
  const head = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const isNamedSo = endings.split(" ").some((ending) => file.name.toLowerCase().endsWith(ending));
  const beginsSo = !heads || heads.split(" ").some((one) => head.startsWith(one));
  return !isNamedSo || !beginsSo || file.size > limit * MB;
}

async function send() {
  const file = chosen();
  if (!file || sending) return;
  inForm("[data-name]").textContent = file.name;
  inForm("[data-size]").textContent = size(file.size);
  try {
    if (await isUseless(file)) return askWhy(file);
  } catch {
    return broken("Het bestand kan niet worden gelezen.");
  }
  forgetErrors();
  show("sending");
  progress(0, file.size);
  htmx.process(form()); // chosen while the page was still loading: htmx did not come to it yet
  htmx.trigger(form(), "upload");
}

// What was wrong with the file before says nothing about this one.
function forgetErrors() {
  for (const error of document.querySelectorAll("#file-step :is(.error-summary, .error, [data-error])")) error.remove();
  inForm("input[type=file]").removeAttribute("aria-invalid");
}

// What is of no use is not sent, only its first bytes and its size: the server says in its own words what is wrong.
function askWhy(file) {
  early = false;
  const values = { file: new File([file.slice(0, firstBytes())], file.name), size: file.size };
  htmx.ajax("POST", form().action, { source: form(), target: "#file-step", swap: "outerHTML", values });
}

function progress(sent, total) {
  const seconds = (performance.now() - began) / 1000;
  const left = sent && seconds > 2 ? ` – ${remaining((seconds * (total - sent)) / sent)}` : "";
  const unit = total < MB ? 1000 : MB;
  inForm("#sent").value = total ? (100 * sent) / total : 0;
  inForm("[data-sent]").textContent =
    sent < total ? `${amount(sent / unit)} van ${size(total)}${left}` : "Het bestand wordt ontvangen";
}

const amount = (number) => number.toLocaleString("nl-NL", { maximumFractionDigits: number < 10 ? 1 : 0 });
const size = (bytes) => (bytes < MB ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${amount(bytes / MB)} MB`);

function remaining(seconds) {
  if (seconds < 5) return "bijna klaar";
  if (seconds < 90) return `nog ongeveer ${Math.max(5, Math.round(seconds / 5) * 5)} seconden`;
  return `nog ongeveer ${Math.round(seconds / 60)} minuten`;
}

function broken(sentence) {
  sending = null;
  early = false;
  inForm("[data-broken]").textContent = sentence;
  show("broken");
}

addEventListener("htmx:beforeSend", (event) => {
  if (event.target !== form()) return;
  sending = event.detail.xhr;
  began = performance.now();
  sending.upload.addEventListener("progress", ({ loaded, total }) => form() && progress(loaded, total));
});

for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  addEventListener(failure, (event) => event.target === form() && broken("De verbinding is verbroken."));
}
addEventListener("htmx:responseError", (event) => {
  if (event.target === form()) broken("Er ging iets mis bij ons: het bestand is niet bewaard.");
});
addEventListener("htmx:sendAbort", (event) => event.target === form() && broken("Het uploaden is gestopt."));

addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "file-step") return;
  sending = null;
  if (document.activeElement === document.body) document.getElementById("chosen")?.focus();
  if (early) document.getElementById("confirm")?.requestSubmit(document.getElementById("next"));
  early = false;
});

addEventListener("change", (event) => event.target.form === form() && event.target.type === "file" && send());

addEventListener("submit", (event) => {
  if (event.target !== form() || event.submitter?.matches("[data-cancel]") || !chosen()) return;
  event.preventDefault();
  early = true;
  inForm("[data-early]").hidden = false;
  send();
});

addEventListener("click", (event) => {
  if (!form()?.contains(event.target)) return;
  if (event.target.matches("[data-stop]")) htmx.trigger(form(), "htmx:abort");
  if (event.target.matches("[data-retry]")) send();
  if (event.target.matches("[data-other]")) {
    inForm("input[type=file]").value = "";
    show("choosing");
  }
});

for (const [name, isOver] of [["dragenter", true], ["dragleave", false], ["drop", false]]) {
  addEventListener(name, (event) => event.target.closest?.(".drop-zone")?.toggleAttribute("data-over", isOver));
}

// A file that lands beside the drop zone would make the browser leave the page.
for (const name of ["dragover", "drop"]) {
  addEventListener(name, (event) => form() && !event.target.closest?.(".drop-zone") && event.preventDefault());
}

if (chosen()) send(); // before this script was here
