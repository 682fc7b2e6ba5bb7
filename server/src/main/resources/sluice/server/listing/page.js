// What a listing can do beyond its markup: filter, sort and show pictures without a reload, times
// of this clock, and the commands that fetch an entry. The page works without it.
"use strict";
const page = {
  $: (selector, within = document) => within.querySelector(selector),
  $$: (selector, within = document) => [...within.querySelectorAll(selector)],

  /** An element with properties, attributes (by a dash or "role") and children. */
  make(tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in element) element[name] = value;
      else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  },

  icon(id) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", "#" + id);
    svg.append(use);
    return svg;
  },

  button(text, onclick, icon) {
    const button = page.make("button", { type: "button", onclick });
    if (icon) button.append(page.icon(icon));
    button.append(text);
    return button;
  },

  /** Storage may be switched off; then nothing is remembered. */
  recall(key) {
    try { return localStorage.getItem(key); } catch { return null; }
  },
  remember(key, value) {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch { /* full or off */ }
  },
  counted: (number, one, many = one + "s") =>
    number.toLocaleString("en") + " " + (number === 1 ? one : many),
};

// Rows

const isFile = (row) => !row.classList.contains("d");
const rows = () => page.$$("tbody tr:has(time):not(.copy)");
const nameOf = (row) => page.$("bdi", row).textContent;
const sizeOf = (row) => isFile(row) ? Number(row.cells[1].title.replace(/\D/g, "")) : 0;
const timeOf = (row) => Date.parse(page.$("time", row).dateTime);
const isPicture = (row) =>
  /\.(jpe?g|png|gif|webp|avif|svg|bmp|ico)$/i.test(page.$("a", row).pathname);

function localTimes() {
  const two = (number) => String(number).padStart(2, "0");
  const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
  for (const element of page.$$("time")) {
    const time = new Date(element.dateTime);
    if (isNaN(time)) continue;
    const minute = page.$(".z", element);
    minute.textContent = ` ${two(time.getHours())}:${two(time.getMinutes())}`;
    const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
    element.replaceChildren(day, minute);
    element.title = exact.format(time);
  }
  page.$("thead .z").textContent = "";
}

// Sorting: the links of the columns ask the server, which is needed only for one page of many.

const byName = new Intl.Collator("en", { numeric: true });
const columns = {
  name: (a, b) => byName.compare(nameOf(a), nameOf(b)),
  size: (a, b) => sizeOf(a) - sizeOf(b),
  time: (a, b) => timeOf(a) - timeOf(b),
};

function sortBy(link) {
  const wish = new URLSearchParams(link.search);
  const column = columns[wish.get("sort")];
  const sign = wish.get("order") === "desc" ? -1 : 1;
  const sorted = rows().sort((a, b) =>
    isFile(a) - isFile(b) || sign * column(a, b) || columns.name(a, b));
  page.$("tbody").append(...sorted);
  for (const other of page.$$("thead a")) {
    const query = new URLSearchParams(other.search);
    const head = other.parentElement;
    const arrow = page.$("[aria-hidden]", other);
    if (arrow) arrow.remove();
    head.removeAttribute("aria-sort");
    query.set("order", query.get("sort") === "time" ? "desc" : "asc");
    if (other === link) {
      query.set("order", sign > 0 ? "desc" : "asc");
      head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      other.append(page.make("span", { "aria-hidden": "true" }, sign > 0 ? " \u2191" : " \u2193"));
    }
    other.search = query;
  }
  for (const folder of page.$$("nav li a, .up a, .d a")) {
    const [path] = folder.getAttribute("href").split("?");
    folder.setAttribute("href", path + "?" + wish);
  }
  history.replaceState(null, "", "?" + wish);
}

// The filter

function filter(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows()) {
    const name = nameOf(row).toLowerCase();
    row.hidden = !words.every((word) => name.includes(word));
    shown += !row.hidden;
  }
  const all = page.counted(rows().length, "entry", "entries");
  page.$("#shown").textContent = words.length ? `${shown} of ${all} match` : "";
}

function addFilter(tools) {
  const part = page.$("table").dataset.part !== undefined;
  const box = page.make("input", {
    type: "search", placeholder: part ? "Filter this page" : "Filter", autocomplete: "off",
    "aria-label": "Filter by name", "aria-keyshortcuts": "/", oninput: () => filter(box.value),
  });
  tools.prepend(box);
  page.$("header").append(page.make("p", { id: "shown", role: "status", className: "h" }));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, dialog");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      box.focus();
    } else if (event.key === "Escape" && event.target === box) {
      box.value = "";
      filter("");
      box.blur();
    } else if (event.key === "Enter" && event.target === box) {
      const first = rows().find((row) => !row.hidden);
      if (first) page.$("a", first).focus();
    }
  });
}

// Pictures

const GRID = "sluice:grid";

function showGrid(on) {
  page.$("table").classList.toggle("grid", on);
  for (const row of on ? rows().filter(isPicture) : []) {
    const link = page.$("a", row);
    const svg = page.$("svg", link);
    // The browser loads a picture when it comes into view.
    if (svg) svg.replaceWith(page.make("img", { loading: "lazy", alt: "", src: link.href }));
  }
}

function addGrid(tools) {
  if (!rows().some(isPicture)) return;
  const on = page.recall(GRID) === "on";
  const button = page.button("Pictures", () => {
    const now = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", now);
    page.remember(GRID, now ? "on" : null);
    showGrid(now);
  }, "grid");
  button.setAttribute("aria-pressed", on);
  tools.append(button);
  showGrid(on);
}

// The whole folder, by a link of the script: a program that follows all links of the page, to copy
// the tree, would fetch each file once more for every folder above it.
function addDownload(tools) {
  if (rows().length === 0) return;
  const link = page.make("a", { href: "?tar", title: "This folder as one tar file" });
  link.append(page.icon("down"), "Download");
  tools.append(link);
}

// What to copy

const quoted = (text) => "'" + text.replaceAll("'", "'\\''") + "'";

/** The line for curl; the name on disk is the decoded one, if a shell may be told it. */
function curl(url, file) {
  const last = url.pathname.split("/").pop();
  let name = null;
  try { name = decodeURIComponent(last); } catch { /* no UTF-8 */ }
  const plain = name === last || name === null || /[\p{C}]/u.test(name);
  return file
    ? `curl ${plain ? "-O" : "-o " + quoted(name)} ${quoted(url.href)}`
    : `curl -o folder.tar ${quoted(url.href + "?tar")}`;
}

function copy(input, button) {
  input.select();
  const done = () => { button.textContent = "Copied"; };
  // Without TLS a browser has no clipboard but this old one.
  if (navigator.clipboard) navigator.clipboard.writeText(input.value).then(done);
  else if (document.execCommand("copy")) done();
}

function showCommands(title, href, file) {
  const url = new URL(href, location);
  url.search = "";
  url.hash = "";
  const line = (label, value) => {
    const id = "copy-" + label;
    const input = page.make("input", { id, readOnly: true, value, dir: "ltr", spellcheck: false });
    const button = page.button("Copy", () => copy(input, button));
    return [page.make("label", { htmlFor: id }, label), page.make("div", {}, input, button)];
  };
  const dialog = page.make("dialog", { "aria-label": "Links and commands" },
    page.make("h2", {}, page.make("bdi", {}, title)),
    ...line("Link", url.href),
    ...line("curl", curl(url, file)),
    ...line("sluice", `sluice get ${quoted(url.href)}`),
    page.make("form", { method: "dialog" }, page.make("button", {}, "Close")));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
  page.$("button", dialog).focus();
}

function addCommands(tools) {
  const title = page.$("h1").textContent;
  tools.append(page.button("Commands", () => showCommands(title, location, false), "shell"));
}

function addRowButtons() {
  for (const row of rows()) {
    const button = page.button("\u22ef", () =>
      showCommands(nameOf(row), page.$("a", row).href, isFile(row)));
    button.className = "more";
    button.setAttribute("aria-label", "Link and commands of " + nameOf(row));
    row.cells[0].classList.add("has-more");
    row.cells[0].append(button);
  }
}

/** Takes the list as it is now from the server, in the order that is shown. */
page.refresh = async () => {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  const now = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!response.ok || !page.$("table", now)) return;
  for (const part of ["table", "#summary"]) page.$(part).replaceWith(page.$(part, now));
  enhanceTable();
  filter(page.$("[type=search]", tools).value);
  if (!page.$("a", tools)) addDownload(tools);
  if (!page.$("[aria-pressed]", tools)) addGrid(tools);
  showGrid(page.recall(GRID) === "on");
};

function enhanceTable() {
  localTimes();
  addRowButtons();
  const table = page.$("table");
  if (table.dataset.part === undefined) {
    page.$("thead", table).addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      sortBy(link);
    });
  }
}

const tools = page.$(".tools");
enhanceTable();
addFilter(tools);
addDownload(tools);
addGrid(tools);
addCommands(tools);
page.$("footer").prepend(page.make("span", {}, page.make("kbd", {}, "/"), " filters the list"));
