// Uploads of files and folders that are chosen or dropped. A long file goes by the protocol of
// resumable uploads: its URL is remembered in this browser, so that it goes on after a lost
// connection, a closed laptop or a killed browser, when the same file is chosen again. 104 is not
// shown to scripts; therefore an upload begins with an empty request, whose answer has the URL.
{
// A shorter file is sent in one request, and again if that is lost.
const RESUMED_FROM = 1 << 20;
// Browsers open six connections to a server; others stay for pages.
const AT_ONCE = 3;
// The server keeps an unfinished upload for a day.
const KEPT = 24 * 3600 * 1000;
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30 * 1000;
// Tries of what the server refuses for now; a lost connection is tried until it is back.
const TRIES = 6;
const FAILURES_SHOWN = 50;
// A longer file of the same name is not compared: its octets must be in memory for that.
const COMPARED_TO = 32 << 20;

// What is remembered: by target, size and time of change the URL of an upload, or the tag of a
// file that is done, while others of its folder are not. localStorage would not do: browsers write
// that to the disk once a minute.

let database = null;

/** The result of what is asked; undefined where the browser keeps nothing. */
async function stored(mode, ask) {
  database ??= new Promise((resolve) => {
    const opening = indexedDB.open("sluice", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("uploads");
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => resolve(null);
  });
  const open = await database;
  if (!open) return undefined;
  return new Promise((resolve) => {
    const transaction = open.transaction("uploads", mode);
    const asked = ask(transaction.objectStore("uploads"));
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onabort = () => resolve(undefined);
  });
}

const here = new URL(".", location).pathname;
const keyOf = (item) => `${item.target}|${item.file.size}|${item.file.lastModified}`;

async function known(item) {
  return item.known ??= await stored("readonly", (uploads) => uploads.get(keyOf(item))) ?? {};
}

async function learn(item, what) {
  item.known = what ?? {};
  await stored("readwrite", (uploads) => what
    ? uploads.put({ ...what, target: item.target, at: Date.now() }, keyOf(item))
    : uploads.delete(keyOf(item)));
}

/** Forgets what is too old; returns whether something of this folder is left. */
async function unfinished() {
  const keys = await stored("readonly", (uploads) => uploads.getAllKeys()) ?? [];
  const all = await stored("readonly", (uploads) => uploads.getAll()) ?? [];
  const isOld = (record) => Date.now() - record.at > KEPT;
  for (const key of keys.filter((_, i) => all[i] && isOld(all[i]))) {
    await stored("readwrite", (uploads) => uploads.delete(key));
  }
  return all.some((record) => !isOld(record) && record.target.startsWith(here));
}

// Files and folders

const encoded = (path) =>
  path.split("/").map((name) => encodeURIComponent(name.toWellFormed?.() ?? name)).join("/");

const itemOf = (path, file) => ({ path, file, target: here + encoded(path), sent: 0 });

function chosen(files) {
  const found = { files: [], folders: new Set() };
  for (const file of files) {
    const path = file.webkitRelativePath || file.name;
    for (let i = path.indexOf("/"); i >= 0; i = path.indexOf("/", i + 1)) {
      found.folders.add(path.slice(0, i));
    }
    found.files.push(itemOf(path, file));
  }
  return found;
}

async function walk(entry, path, found) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.files.push(itemOf(path + entry.name, file));
    return;
  }
  found.folders.add(path + entry.name);
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const one of some) await walk(one, path + entry.name + "/", found);
  }
}

async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const files = [...transfer.files];
  if (entries.length === 0) return chosen(files);
  const found = { files: [], folders: new Set() };
  for (const entry of entries) await walk(entry, "", found);
  return found;
}

// Requests

class Lost extends Error {}

function send(batch, method, url, fields = {}, body = null, progress = () => {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(fields)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => progress(event.loaded);
    request.onload = () => resolve(request);
    request.onerror = request.onabort = () => reject(new Lost());
    request.onloadend = () => batch.requests.delete(request);
    batch.requests.add(request);
    request.send(body);
  });
}

const conditions = (batch) => batch.replaces ? {} : { "If-None-Match": "*" };

/** Sends what the server does not have yet; returns the last answer. */
async function sendFile(batch, item) {
  const { url, tag } = await known(item);
  if (tag) {
    const there = await send(batch, "HEAD", item.target);
    if (there.status === 200 && there.getResponseHeader("ETag") === tag) return there;
  }
  const progress = (loaded) => { item.sent = Math.min(loaded, item.file.size); };
  const answer = item.file.size < RESUMED_FROM
    ? await send(batch, "PUT", item.target, conditions(batch), item.file, progress)
    : await resume(batch, item, url);
  if (answer.status < 300) await learn(item, { tag: answer.getResponseHeader("ETag") });
  return answer.status === 412 && await isSame(batch, item) ? { status: 204 } : answer;
}

/** Whether the file of this name has the same octets; false where a browser cannot tell. */
async function isSame(batch, item) {
  if (!crypto.subtle || item.file.size > COMPARED_TO) return false;
  const there = await send(batch, "HEAD", item.target, { "Want-Repr-Digest": "sha-256=1" });
  const digest = await crypto.subtle.digest("SHA-256", await item.file.arrayBuffer());
  const text = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return there.getResponseHeader("Repr-Digest") === `sha-256=:${text}:`;
}

async function resume(batch, item, begun) {
  let url = begun;
  let offset = 0;
  if (url) {
    const state = await send(batch, "HEAD", url);
    if (state.status === 204 && state.getResponseHeader("Upload-Complete") === "?1") {
      return send(batch, "HEAD", item.target);
    }
    if (state.status === 204) offset = Number(state.getResponseHeader("Upload-Offset"));
    else if (state.status === 404) url = null;
    else return state;
  }
  if (!url) {
    const created = await send(batch, "PUT", item.target, {
      ...conditions(batch), "Upload-Complete": "?0", "Upload-Length": item.file.size,
    });
    url = created.getResponseHeader("Location");
    if (created.status !== 201 || !url) return created;
    await learn(item, { url });
  }
  item.sent = offset;
  const last = await send(batch, "PATCH", url, {
    "Content-Type": "application/partial-upload",
    "Upload-Complete": "?1",
    "Upload-Offset": offset,
  }, item.file.slice(offset), (loaded) => { item.sent = offset + loaded; });
  // The server does not have what we believed: ask it again, or begin again.
  if (last.status === 400 || last.status === 404 || last.status === 412) await learn(item, null);
  return last.status === 409 || last.status === 404 ? { status: 503 } : last;
}

/** Ends early when there is a network again, and when the batch is stopped. */
function pause(batch, time) {
  return new Promise((resolve) => {
    setTimeout(resolve, time);
    addEventListener("online", resolve, { once: true });
    batch.halt.addEventListener("abort", resolve, { once: true });
  });
}

/** Tries until it is done, refused, or stopped; returns the status, 0 if stopped. */
async function persist(batch, attempt) {
  let refused = 0;
  for (let wait = FIRST_WAIT; !batch.stopped; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    let answer = null;
    try {
      answer = await attempt();
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
    }
    const later = answer && (answer.status >= 500 || answer.status === 408);
    const last = answer && (!later || ++refused === TRIES || answer.status === 501
      || answer.status === 507);
    if (last) return answer.status;
    if (batch.stopped) break;
    batch.waiting = !answer;
    await pause(batch, wait);
    batch.waiting = false;
  }
  return 0;
}

// A batch

const REASONS = {
  403: "the server may not write there", 404: "names that begin with a dot are not taken",
  405: "not allowed", 409: "something else has this name, or its folder is missing",
  413: "too large", 501: "the server makes no folders", 507: "no space left",
};

async function sendBatch(batch) {
  const folders = [...batch.folders].sort((a, b) => a.split("/").length - b.split("/").length);
  for (const folder of folders) {
    const url = here + encoded(folder) + "/";
    const status = await persist(batch, () => send(batch, "MKCOL", url));
    if (status >= 300 && status !== 405) batch.failures.push({ path: folder + "/", status });
  }
  const queue = [...batch.files];
  const line = async () => {
    for (let item = queue.shift(); item && !batch.stopped; item = queue.shift()) {
      let status = -1;
      try {
        status = await persist(batch, () => sendFile(batch, item));
      } catch { /* the file cannot be read any more */ }
      if (status === 412) batch.existing.push(item);
      else if (status < 0 || status >= 300) batch.failures.push({ path: item.path, status });
      else if (status > 0) batch.done.push(item);
      if (status !== 0) item.sent = item.file.size;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, line));
}

const view = { section: null, active: null };

function show(...content) {
  view.section?.remove();
  view.section = page.make("section", { className: "status", "aria-label": "Upload" },
    ...content);
  page.$("footer").before(view.section);
}

function inWords(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  for (; value >= 999.5 && unit < 4; unit++) value /= 1000;
  return (unit && value < 9.95 ? value.toFixed(1) : Math.round(value)) + " " + units[unit];
}

const sum = (items, of) => items.reduce((total, item) => total + of(item), 0);

/** Shows the progress of a batch until the result is called. */
function follow(batch) {
  const all = sum(batch.files, (item) => item.file.size);
  const bar = page.make("progress", { max: Math.max(1, all), "aria-label": "Uploaded" });
  const text = page.make("p");
  const stop = page.button("Stop", () => batch.stop());
  show(text, bar, stop);
  const seen = [];
  const tick = () => {
    const sent = sum(batch.files, (item) => item.sent);
    seen.push({ at: performance.now(), sent });
    if (seen.length > 20) seen.shift();
    const rate = (sent - seen[0].sent) / Math.max(1, seen.at(-1).at - seen[0].at) * 1000;
    bar.value = sent;
    const done = batch.done.length + batch.failures.length + batch.existing.length;
    const left = rate > 0 ? Math.ceil((all - sent) / rate) : 0;
    const time = left < 90 ? `${left} s` : `${Math.round(left / 60)} min`;
    text.textContent = batch.waiting ? "The connection is lost; trying again \u2026"
      : `${done.toLocaleString("en")} of ${page.counted(batch.files.length, "file")}, `
        + `${inWords(sent)} of ${inWords(all)}`
        + (left ? `, ${inWords(rate)}/s, ${time} left` : "");
  };
  tick();
  const timer = setInterval(tick, 250);
  return () => clearInterval(timer);
}

function tell(batch) {
  const parts = [page.make("p", { role: "status" },
    batch.stopped ? "Stopped. Choose the same files again to go on."
      : `${page.counted(batch.done.length, "file")} uploaded.`
        + (batch.failures.length ? ` ${batch.failures.length} not:` : ""))];
  if (batch.failures.length) {
    const shown = batch.failures.slice(0, FAILURES_SHOWN).map(({ path, status }) =>
      page.make("li", {}, page.make("bdi", {}, path), ": "
        + (REASONS[status] ?? (status < 0 ? "cannot be read" : `error ${status}`))));
    const more = batch.failures.length - shown.length;
    parts.push(page.make("ul", {}, ...shown, ...more ? [page.make("li", {}, `${more} more`)] : []));
  }
  if (batch.existing.length) {
    parts.push(page.make("p", {}, page.counted(batch.existing.length, "file")
      + " of the same name " + (batch.existing.length === 1 ? "is" : "are") + " here already."));
    parts.push(page.button("Replace", () => upload(
      { files: batch.existing.map((item) => itemOf(item.path, item.file)), folders: new Set() },
      true)));
  }
  parts.push(page.button("Close", () => { view.section.remove(); }));
  show(...parts);
}

async function run(found, replaces) {
  const controller = new AbortController();
  const batch = {
    ...found, replaces, requests: new Set(), done: [], existing: [], failures: [],
    stopped: false, waiting: false, halt: controller.signal,
    stop() {
      batch.stopped = true;
      controller.abort();
      for (const request of batch.requests) request.abort();
    },
  };
  view.active = batch;
  const finish = follow(batch);
  try {
    await sendBatch(batch);
  } finally {
    finish();
    view.active = null;
  }
  if (!batch.stopped && batch.failures.length === 0) {
    for (const item of batch.files) await learn(item, null);
  }
  tell(batch);
  await page.refresh();
}

// What is chosen during an upload waits for its end.
let turn = Promise.resolve();

function upload(found, replaces = false) {
  if (found.files.length + found.folders.size > 0) {
    turn = turn.then(() => run(found, replaces)).catch(console.error);
  }
}

// The controls

function addControls(tools) {
  const input = (properties) => page.make("input", {
    type: "file", multiple: true, hidden: true, ...properties,
    onchange: (event) => { upload(chosen(event.target.files)); event.target.value = ""; },
  });
  const files = input({ id: "choose-files" });
  const folder = input({ id: "choose-folder", webkitdirectory: true });
  const button = page.button("Upload files", () => files.click(), "send");
  button.className = "main";
  tools.append(button, page.button("Upload a folder", () => folder.click()), files, folder);
}

function addDrop() {
  const carriesFiles = (event) => event.dataTransfer.types.includes("Files");
  const mark = (event, on) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    document.body.classList.toggle("drop", on);
  };
  addEventListener("dragover", (event) => mark(event, true));
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) mark(event, false);
  });
  addEventListener("drop", async (event) => {
    mark(event, false);
    if (carriesFiles(event)) upload(await dropped(event.dataTransfer));
  });
}

addControls(page.$(".tools"));
addDrop();
addEventListener("beforeunload", (event) => {
  if (view.active) event.preventDefault();
});
unfinished().then((any) => {
  if (any && !view.section) {
    show(page.make("p", {}, "An upload to this folder was interrupted. "
      + "Choose or drop the same files again, and it goes on where it ended."));
  }
});
}
