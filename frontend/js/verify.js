// Checks a sealed record with WebCrypto and nothing else: fields, then the tree (RFC 6962), then the signature of
// the log and the cosignatures of its witnesses (C2SP tlog-proof, tlog-checkpoint, signed-note, tlog-cosignature).
import { policyOf, reached } from "./policy.js";

const text = new TextEncoder();
const [ED25519, COSIGNATURE] = [1, 4];
const [TIME_BYTES, SIGNATURE_BYTES, TIME_MAX] = [8, 64, 2n ** 63n - 1n];
const KEY_ID_BYTES = 4;
const HASH_BYTES = 32;
const NUMBER = /^(0|[1-9][0-9]{0,14})$/;

const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const hexBytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const same = (one, two) => one.length === two.length && one.every((byte, place) => byte === two[place]);
const join = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const leafHash = (entry) => sha256(join([0], entry));
const nodeHash = (left, right) => sha256(join([1], left, right));

async function hmac(key, message) {
  const made = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", made, message));
}

/** A hash of the one length there is. */
function hashOf(base64) {
  const found = bytesOf(base64);
  if (found.length !== HASH_BYTES) throw new Error("a hash of another length");
  return found;
}

function numberOf(words) {
  if (!NUMBER.test(words)) throw new Error("not a number");
  return Number(words);
}

/** Group -> commitment, as the bytes of an entry say. */
function commitments(entry) {
  const magic = text.encode("tongxing/leaf/1\0");
  if (!same(entry.slice(0, magic.length), magic)) throw new Error("not an entry of this house");
  let at = magic.length;
  const word = () => {
    const end = at + 1 + entry[at];
    const found = new TextDecoder().decode(entry.slice(at + 1, end));
    at = end;
    return found;
  };
  word();
  at += 8;
  const count = entry[at];
  at += 1;
  const found = new Map();
  for (let place = 0; place < count; place += 1) {
    const group = word();
    found.set(group, entry.slice(at, at + 32));
    at += 32;
  }
  if (at !== entry.length) throw new Error("an entry with bytes left over");
  return found;
}

/** Whether every opened group is exactly what was committed to, and shows the fields it says. */
async function fieldsHold({ groups }, entry) {
  const sealed = commitments(entry);
  if (groups.length === 0) throw new Error("nothing is opened");
  for (const { group, fields, canonical, salt } of groups) {
    const [name, shown] = JSON.parse(canonical);
    if (name !== group || JSON.stringify(sorted(shown)) !== JSON.stringify(sorted(fields))) return false;
    const commitment = await hmac(hexBytes(salt), text.encode(canonical));
    if (!sealed.has(group) || !same(commitment, sealed.get(group))) return false;
  }
  return true;
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

/** The lines of a receipt; anything unexpected is an error. */
function receiptOf(words) {
  const cut = words.indexOf("\n\n");
  const lines = words.slice(0, cut).split("\n");
  if (cut < 0 || lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Error("not a receipt");
  const extra = lines[0]?.startsWith("extra ") ? bytesOf(lines.shift().slice(6)) : null;
  const line = lines.shift() ?? "";
  if (!line.startsWith("index ")) throw new Error("a receipt without an index");
  return { extra, index: numberOf(line.slice(6)), path: lines.map(hashOf), note: words.slice(cut + 2) };
}

/** A checkpoint: its text, origin, size, root, and signature lines. */
function checkpointOf(note) {
  const cut = note.lastIndexOf("\n\n");
  const body = note.slice(0, cut + 1);
  const [origin, size, root] = body.split("\n");
  const signatures = note.slice(cut + 2).split("\n").filter(Boolean).map((line) => {
    const [dash, name, data, ...rest] = line.split(" ");
    if (dash !== "—" || rest.length > 0) throw new Error("a line that is no signature");
    return { name, bytes: bytesOf(data) };
  });
  return { body, origin, size: numberOf(size), root: hashOf(root), signatures };
}

/** The root that leads from this entry along the path (RFC 6962, 2.1.1); null for a path of a wrong length. */
async function rootAlong(hash, index, size, path) {
  if (index >= size) return null;
  let [node, last] = [index, size - 1];
  let found = hash;
  for (const beside of path) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last) {
      found = await nodeHash(beside, found);
      while (node % 2 === 0 && node !== 0) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
    } else {
      found = await nodeHash(found, beside);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 ? found : null;
}

async function treeHolds({ leaf_index: claimed, entry: base64 }, receipt, tree) {
  const entry = bytesOf(base64);
  if (receipt.index !== claimed || !receipt.extra || !same(receipt.extra, entry)) return false;
  const root = await rootAlong(await leafHash(entry), receipt.index, tree.size, receipt.path);
  return root !== null && same(root, tree.root);
}

/** Name, key id, type and key of a vkey line whose id is that of its key (signed-note); throws for another. */
async function keyOf(line) {
  const [, name, id, data] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(line) ?? [];
  const bytes = bytesOf(data ?? "");
  const stated = (await sha256(join(text.encode(`${name}\n`), bytes))).slice(0, KEY_ID_BYTES);
  if (!name || bytes.length !== 1 + HASH_BYTES || !same(stated, hexBytes(id))) throw new Error("not a key line");
  return { name, line, id: stated, kind: bytes[0], bytes: bytes.slice(1) };
}

/** What a key signs: the text of the checkpoint, a witness two lines before it (tlog-cosignature). */
function signedParts(key, bytes, body) {
  if (key.kind === ED25519) return [bytes.slice(KEY_ID_BYTES), text.encode(body)];
  const time = new DataView(bytes.buffer).getBigUint64(KEY_ID_BYTES);
  if (time > TIME_MAX) throw new Error("a time beyond 2^63 - 1");
  return [bytes.slice(KEY_ID_BYTES + TIME_BYTES), text.encode(`cosignature/v1\ntime ${time}\n${body}`)];
}

/** Whether a key signed a checkpoint; null where the browser has no Ed25519. A false signature of it is an error. */
async function signed(key, tree) {
  const own = tree.signatures.filter(({ name, bytes }) => name === key.name && same(bytes.slice(0, KEY_ID_BYTES), key.id));
  if (own.length === 0) return false;
  let made;
  try {
    made = await crypto.subtle.importKey("raw", key.bytes, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return null;
  }
  for (const { bytes } of own) {
    const [value, message] = signedParts(key, bytes, tree.body);
    const holds = value.length === SIGNATURE_BYTES && (await crypto.subtle.verify("Ed25519", made, value, message));
    if (!holds) throw new Error("a false signature");
  }
  return true;
}

/** True, false, or null where the browser has no Ed25519. */
async function signatureHolds(line, tree) {
  const key = await keyOf(line);
  return key.name === tree.origin && key.kind === ED25519 ? signed(key, tree) : false;
}

/** How many witnesses of a policy signed a checkpoint, of how many, and whether they are its quorum. */
async function witnessed(policy, tree) {
  const names = new Set();
  for (const [name, line] of policy.witnesses) {
    const key = await keyOf(line);
    if (key.kind !== COSIGNATURE) throw new Error("not the key of a witness");
    const holds = await signed(key, tree);
    if (holds === null) return null;
    if (holds) names.add(name);
  }
  return { count: names.size, of: policy.witnesses.size, enough: reached(policy, names) };
}

async function held(check) {
  try {
    return await check();
  } catch {
    return false;
  }
}

/** Each step: true, false, or null where this browser cannot tell; how many witnesses signed; whose log it is. */
async function judge(record, words) {
  const fields = await held(() => fieldsHold(record, bytesOf(record.entry)));
  const tree = await held(async () => {
    const receipt = receiptOf(record.receipt);
    return treeHolds(record, receipt, checkpointOf(receipt.note));
  });
  const note = () => checkpointOf(receiptOf(record.receipt).note);
  const signature = await held(() => signatureHolds(record.log, note()));
  if (!words) return { steps: { fields, tree, signature }, count: 0 };
  const policy = await held(() => policyOf(words));
  const usable = policy && (policy.logs.length === 0 || policy.logs.includes(record.log));
  const seen = usable ? await held(() => witnessed(policy, note())) : false;
  const witnesses = seen ? seen.enough : seen;
  return { steps: { fields, tree, signature, witnesses }, count: seen?.count ?? 0, of: seen?.of ?? 0, seen, usable };
}

/** The words for an outcome: too few witnesses is no forgery, and a policy for another log says nothing. */
function outcome({ steps, count, seen, usable }) {
  const { witnesses, ...own } = steps;
  if (Object.values(own).includes(false)) return "bad";
  if (usable === false) return "other";
  if (witnesses === false) return seen ? "few" : "bad";
  if (Object.values(steps).includes(null)) return "unable";
  return count > 0 ? "seen" : "ok";
}

async function tell(panel, words, policy) {
  const answer = panel.querySelector("[data-answer]");
  panel.querySelector("[data-result]").hidden = false;
  answer.textContent = words.waiting;
  const judged = await judge(JSON.parse(panel.dataset.record), policy);
  for (const step of panel.querySelectorAll("[data-step]")) {
    const holds = judged.steps[step.dataset.step];
    step.hidden = holds === undefined;
    step.className = holds === null ? "open" : holds ? "good" : "alarm";
  }
  const told = outcome(judged);
  answer.textContent = words[told].replace("{count}", judged.count).replace("{of}", judged.of);
  answer.className = `verify-answer ${told}`;
}

function begin(panel) {
  const button = panel.querySelector("[data-check]");
  if (!button || !globalThis.crypto?.subtle) return;
  const words = JSON.parse(panel.dataset.words);
  const file = panel.querySelector("[data-policy]");
  button.hidden = false;
  file.closest("[data-own]").hidden = false;
  button.addEventListener("click", () => tell(panel, words, JSON.parse(panel.dataset.record).policy));
  file.addEventListener("click", () => {
    file.value = ""; // the same file may be chosen again after it was changed
  });
  file.addEventListener("change", async () => {
    if (file.files.length > 0) await tell(panel, words, await file.files[0].text());
  });
}

document.querySelectorAll("[data-verify]").forEach(begin);
