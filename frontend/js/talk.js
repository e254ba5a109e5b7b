// The chat with script: the answer comes as a stream of events over one POST; without it the form is sent.
const ENTER_SENDS = "(hover: hover) and (pointer: fine)";
const ROOM_ABOVE = 80;
const talk = document.querySelector("[data-talk]");
const turns = document.getElementById("turns");
const field = document.getElementById("talk-text");

function bubble(side, words) {
  const item = document.createElement("li");
  item.className = `bubble ${side}`;
  if (words) line(item, words);
  turns.append(item);
  return item;
}

function line(item, words) {
  const paragraph = document.createElement("p");
  paragraph.textContent = words;
  item.append(paragraph);
}

function dots() {
  const item = bubble("house", "");
  item.setAttribute("aria-busy", "true");
  const row = document.createElement("p");
  row.className = "talk-waits";
  row.setAttribute("role", "status");
  row.setAttribute("aria-label", talk.dataset.waiting);
  row.append(...[1, 2, 3].map(() => document.createElement("span")));
  item.append(row);
  return item;
}

/** Events of a stream as they come: [name, data]. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let kept = "";
  for (;;) {
    const { value, done } = await reader.read();
    kept += (value ?? "").replaceAll("\r", "");
    let end;
    while ((end = kept.indexOf("\n\n")) >= 0) {
      const rows = kept.slice(0, end).split("\n");
      kept = kept.slice(end + 2);
      const of = (name) => rows.filter((row) => row.startsWith(`${name}:`)).map((row) => row.slice(name.length + 1).replace(/^ /, ""));
      yield [of("event")[0] ?? "", of("data").join("\n")];
    }
    if (done) return;
  }
}

/** The question just asked stands at the top: a long answer is read from its beginning. */
function toLast() {
  const asked = [...turns.querySelectorAll(".bubble.mine")].pop();
  const top = asked ? asked.getBoundingClientRect().top + scrollY - ROOM_ABOVE : 0;
  scrollTo({ top, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

async function send(form, submitter) {
  const data = new URLSearchParams(new FormData(form, submitter));
  const words = data.get("text") || (data.get("choice") ?? "").replace(/^\d+:/, "");
  if (!words.trim() || talk.dataset.busy) return;
  talk.dataset.busy = "1";
  document.getElementById("talk-empty")?.remove();
  document.getElementById("choices")?.remove();
  document.getElementById("wait")?.remove();
  document.querySelector(".talk-foot .me-told")?.remove();
  const mine = bubble("mine", words);
  const waiting = dots();
  if (form.contains(field)) { field.value = ""; }
  toLast();
  try {
    const answer = await fetch("/me/talk/stream", { method: "POST", body: data });
    if (!answer.ok) throw new Error(String(answer.status));
    let finished = false;
    for await (const [name, text] of events(answer.body)) {
      if (name === "words") {
        waiting.querySelector(".talk-waits")?.remove();
        line(waiting, text);
        continue;
      } else if (name === "refused") {
        refused(form, words, mine, waiting, text);
        finished = true;
      } else if (name === "done") {
        finished = true;
        mine.remove();
        waiting.remove();
        turns.insertAdjacentHTML("beforeend", text);
        freshTokens();
      }
      toLast();
    }
    if (!finished) throw new Error("cut");
  } catch {
    refused(form, words, mine, waiting, talk.dataset.broken);
  }
  delete talk.dataset.busy;
  field.focus({ preventScroll: true });
}

/** What was not taken stands in the field again, with why above it. */
function refused(form, words, mine, waiting, why) {
  mine.remove();
  waiting.remove();
  field.value = field.value || words;
  const told = document.createElement("p");
  told.className = "me-told alarm";
  told.setAttribute("role", "alert");
  told.textContent = why;
  document.querySelector(".talk-foot").prepend(told);
}

/** Each form has its own token: after a turn they all get the one that came with it. */
function freshTokens() {
  const newest = [...turns.querySelectorAll("[data-token]")].pop()?.dataset.token;
  if (newest) document.querySelectorAll("[data-talk-form] [name=token]").forEach((input) => { input.value = newest; });
}

/** While the client waits for a person, or is read by one, the turns are asked for again; never under a hand. */
const PEOPLE_EVERY_MS = 4000;
let known = "";
setInterval(async () => {
  const waits = document.getElementById("wait");
  if (!waits || document.hidden || talk.dataset.busy || waits.querySelector("details[open], :focus-visible")) return;
  const answer = await fetch("/me/talk/turns").catch(() => null);
  if (!answer?.ok || talk.dataset.busy) return;
  const html = await answer.text();
  const bare = html.replaceAll(/value="[0-9a-f]{16,}"|data-token="[^"]*"/g, "");
  if (bare === known) return;
  const first = known === "";
  known = bare;
  const before = turns.querySelectorAll(".bubble").length;
  turns.innerHTML = html;
  freshTokens();
  if (!first && turns.querySelectorAll(".bubble").length > before) turns.querySelector(".bubble:last-of-type")?.scrollIntoView({ block: "nearest" });
}, PEOPLE_EVERY_MS);

talk.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-talk-form]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  send(event.target, event.submitter);
}, true);

field?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !matchMedia(ENTER_SENDS).matches) return;
  event.preventDefault();
  field.form.requestSubmit();
});

if (turns.children.length > 0 && document.getElementById("newest") && !location.hash.startsWith("#said-")) toLast();
