// htmx does the swapping; what stands here is only what markup cannot say.
import "htmx.org";

const htmx = window.htmx;
const ANSWER_EVERY_MS = 700;
const ANSWER_TRIES_MAX = 14;
const byId = (id) => document.getElementById(id);
let waiting = 0;

/** After a search or a question: ask for the cards until a new one stands there, a bounded number of times. */
function waitForCards(before) {
  const cards = byId("cards");
  let tries = 0;
  const look = () => {
    const fresh = [...cardIds()].filter((id) => !before.has(id));
    tries += 1;
    if (fresh.length === 0 && tries <= ANSWER_TRIES_MAX) {
      htmx.trigger(cards, "cards-wanted");
      return;
    }
    clearInterval(waiting);
    cards.removeAttribute("aria-busy");
    fresh.forEach((id) => byId(id)?.classList.add("card-new"));
    say(fresh.length > 0 ? "arrived" : "nothing");
  };
  clearInterval(waiting);
  cards.setAttribute("aria-busy", "true");
  say("waiting");
  waiting = setInterval(look, ANSWER_EVERY_MS);
  look();
}

function cardIds() {
  return new Set([...document.querySelectorAll("#cards [data-card]")].map((card) => card.id));
}

/** Words for the status line stand in its own attributes, in the language of the page. */
function say(name) {
  const status = byId("act-status");
  if (status) status.textContent = status.dataset[name] ?? "";
}

const asked = new WeakMap();

document.addEventListener("htmx:before:request", (event) => {
  const form = event.target.closest?.("form[data-act]");
  if (form) asked.set(form, cardIds());
});

document.addEventListener("htmx:after:swap", (event) => {
  const form = event.target.closest?.("form[data-act]");
  const status = event.detail?.ctx?.response?.status ?? 0;
  if (form && status >= 200 && status < 300) {
    form.reset();
    waitForCards(asked.get(form) ?? new Set());
  }
  reloadWhenClockMoved();
});

/** When the market clock has moved, everything on the page may be different: load it anew, once. */
const seen = byId("clock")?.dataset.now;
function reloadWhenClockMoved() {
  const clock = byId("clock")?.dataset;
  if (clock && clock.state === "still" && clock.now !== seen) window.location.reload();
}

/** Charts are heavy: their chunk comes after the first paint, and only where a figure waits for it. */
let charts = null;
function wantCharts() {
  const source = document.body.dataset.charts;
  if (!source || !document.querySelector("figure[data-chart]:not([data-ready])")) return;
  if (charts) charts.then((module) => module.drawAll());
  else charts = import(source);
}
/** The check of a sealed record is a chunk of its own. */
const record = document.querySelector("[data-verify]");
if (record) import(record.dataset.source);
const chat = document.querySelector("[data-talk]");
if (chat) import(chat.dataset.source);

const subscribing = document.querySelector("[data-push-key]");
if (subscribing) import(subscribing.dataset.source);

/** So is a landscape: it comes when its figure is about to be seen. */
const seenSoon = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seenSoon.unobserve(target);
    import(target.dataset.source);
  }
}, { rootMargin: "200px" });
document.querySelectorAll("figure[data-terrain]").forEach((figure) => seenSoon.observe(figure));
const later = window.requestIdleCallback ?? ((act) => setTimeout(act, 60));
requestAnimationFrame(() => later(wantCharts));
document.addEventListener("htmx:after:swap", wantCharts);

/** The choice that leads somewhere at once still has its button for readers without script. */
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-send-on-change]")) event.target.form.requestSubmit();
});

/** A toast goes by itself after it could be read; focus or the pointer holds it. */
for (const toast of document.querySelectorAll(".toast[data-passing]")) {
  setTimeout(() => toast.matches(":hover, :focus-within") || toast.remove(), 8000);
}

/** A sheet is a link to a part of the page without script, a dialog with it. */
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-sheet]");
  const sheet = opener && byId(opener.dataset.sheet);
  if (sheet?.showModal) {
    event.preventDefault();
    sheet.showModal();
  }
  if (event.target.matches?.("dialog.sheet[open]")) event.target.close();
});

/** What stands in an element goes to the clipboard; without one the button stays away. */
for (const copier of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  copier.hidden = false;
  copier.addEventListener("click", async () => {
    await navigator.clipboard.writeText(byId(copier.dataset.copy).textContent.trim());
    copier.querySelector("span").textContent = copier.dataset.copied;
  });
}

/** A form that was sent is not sent twice by a double click, and its button says that it is at work. */
const FORM_WAITS_MS = 3000;
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(() => delete form.dataset.sent, FORM_WAITS_MS);
});

/** Going back makes everything ready again. */
addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  document.querySelectorAll("button[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
});

if ("serviceWorker" in navigator && document.body.dataset.worker) {
  addEventListener("load", () => navigator.serviceWorker.register(document.body.dataset.worker).catch(() => {}));
}
