// Checks a sealed record with WebCrypto and nothing else: fields, then the tree (RFC 6962), then the signature of
// the log (C2SP tlog-proof, tlog-checkpoint, signed-note).
const text = new TextEncoder();
const ED25519 = 1;
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

/** True, false, or null where the browser has no Ed25519. */
async function signatureHolds(line, tree) {
  const [, name, id, data] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(line) ?? [];
  if (!name || name !== tree.origin) return false;
  const public_ = bytesOf(data);
  if (public_[0] !== ED25519 || public_.length !== 1 + HASH_BYTES) return false;
  const stated = (await sha256(join(text.encode(`${name}\n`), public_))).slice(0, KEY_ID_BYTES);
  if (!same(stated, hexBytes(id))) return false;
  let key;
  try {
    key = await crypto.subtle.importKey("raw", public_.slice(1), { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return null;
  }
  const own = tree.signatures.filter((one) => one.name === name && same(one.bytes.slice(0, KEY_ID_BYTES), hexBytes(id)));
  for (const { bytes } of own) {
    if (!(await crypto.subtle.verify("Ed25519", key, bytes.slice(KEY_ID_BYTES), text.encode(tree.body)))) return false;
  }
  return own.length > 0;
}

async function held(check) {
  try {
    return await check();
  } catch {
    return false;
  }
}

/** Each step: true, false, or null where this browser cannot tell. */
async function judge(record) {
  const fields = await held(() => fieldsHold(record, bytesOf(record.entry)));
  const tree = await held(async () => {
    const receipt = receiptOf(record.receipt);
    return treeHolds(record, receipt, checkpointOf(receipt.note));
  });
  const signature = await held(() => signatureHolds(record.log, checkpointOf(receiptOf(record.receipt).note)));
  return { fields, tree, signature };
}

function begin(panel) {
  const button = panel.querySelector("[data-check]");
  if (!button || !globalThis.crypto?.subtle) return;
  const words = JSON.parse(panel.dataset.words);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const answer = panel.querySelector("[data-answer]");
    panel.querySelector("[data-result]").hidden = false;
    answer.textContent = words.waiting;
    const steps = await judge(JSON.parse(panel.dataset.record));
    for (const [name, holds] of Object.entries(steps)) {
      panel.querySelector(`[data-step="${name}"]`).className = holds === null ? "open" : holds ? "good" : "alarm";
    }
    const all = Object.values(steps);
    const told = all.includes(false) ? "bad" : all.includes(null) ? "unable" : "ok";
    answer.textContent = words[told];
    answer.className = `verify-answer ${told}`;
  });
}

document.querySelectorAll("[data-verify]").forEach(begin);
