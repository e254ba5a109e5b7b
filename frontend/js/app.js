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
