// What only a browser can do for compkit's widgets. No address outside, and no text is put into the page as HTML.
const APP = "compkitApp"; // set on <body> by the app's page, and only there

function isApp() {
  return APP in document.body.dataset;
}

function localDate() {
  const now = new Date();
  const part = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${part(now.getMonth() + 1)}-${part(now.getDate())}`;
}

function kept(key) {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return ""; // storage is turned off
  }
}

function keep(key, text) {
  try {
    text ? sessionStorage.setItem(key, text) : sessionStorage.removeItem(key);
  } catch {
    // storage is full or turned off; the draft lives as long as the page
  }
}

const waiting = {};

function announce(text, manner) {
  const id = `compkit-live-${manner}`;
  let region = document.getElementById(id);
  if (!region) {
    region = document.createElement("div");
    region.id = id;
    region.setAttribute("aria-live", manner);
    region.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
    document.body.append(region);
  }
  region.textContent = ""; // so that the same text is said again
  clearTimeout(waiting[manner]); // while someone types, only the last answer is worth saying
  waiting[manner] = setTimeout(() => { region.textContent = text; }, manner === "polite" ? 500 : 50);
}

async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (!copiedByHand(text)) return;
  }
  announce(done, "polite");
}

// Without a secure address or a recent click there is no clipboard; an old command may still work.
function copiedByHand(text) {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.style.cssText = "position:fixed;top:0;left:0;opacity:0";
  document.body.append(field);
  field.select();
  let isCopied = false;
  try {
    isCopied = document.execCommand("copy");
  } catch {
    isCopied = false;
  }
  field.remove();
  before?.focus?.();
  if (!isCopied) window.prompt("Press Ctrl+C or Cmd+C to copy", text);
  return isCopied;
}

function download(content, name, kind) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: kind }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function followRoute(model, signal) {
  const pages = model.get("pages");
  const inAddress = () => location.pathname.split("/").pop();
  const read = () => {
    const page = inAddress();
    if (pages.includes(page) && page !== model.get("page")) {
      model.set("page", page);
      model.save_changes();
    }
  };
  const write = () => {
    const page = model.get("page");
    if (page !== inAddress()) history.pushState({}, "", `/${page}${location.hash}`);
  };
  const writeTitle = () => {
    if (model.get("title")) document.title = model.get("title");
  };
  read();
  writeTitle();
  addEventListener("popstate", read, { signal });
  model.on("change:page", write);
  model.on("change:title", writeTitle);
}

// While the widgets of a page are being loaded, Jupyter drops what the kernel says of those that are not there yet.
function whenLoaded(manager, tell) {
  if (manager?.restoredStatus !== false) return tell();
  const once = () => {
    manager.restored.disconnect(once);
    tell();
  };
  manager.restored.connect(once);
}

function initialize({ model, signal }) {
  const ended = signal ?? new AbortController().signal;
  const key = `compkit:draft:${model.get("storage_key")}`;
  const draft = kept(key);
  const tellDate = () => {
    if (model.get("today") !== localDate()) {
      model.set("today", localDate());
      model.save_changes();
    }
  };
  whenLoaded(model.widget_manager, () => {
    if (draft && draft !== model.get("draft")) model.set("restored", draft);
    model.set("today", localDate());
    if (isApp()) followRoute(model, ended);
    model.save_changes();
  });
  model.on("change:draft", () => keep(key, model.get("draft")));
  document.addEventListener("visibilitychange", tellDate, { signal: ended });
  model.on("msg:custom", (message, buffers) => {
    if (message.do === "copy") copy(message.text, message.done);
    else if (message.do === "download") download(buffers[0], message.name, message.kind);
    else if (message.do === "announce") announce(message.text, message.manner);
  });
}

// The menu's buttons don't tell a screen reader which page is open.
function markPage(model, el) {
  const pages = model.get("pages");
  const buttons = el.closest(".ck-site")?.querySelectorAll(".ck-menu button") ?? [];
  buttons.forEach((button, at) => button.setAttribute("aria-current", pages[at] === model.get("page") ? "page" : "false"));
}

// JupyterLab takes arrows and letters for its own commands, unless the element in focus says otherwise.
function keepKeys(el, tries) {
  const site = el.closest(".ck-site");
  if (site) site.addEventListener("focusin", ({ target }) => { target.dataset.lmSuppressShortcuts = "true"; });
  else if (tries) setTimeout(keepKeys, 50, el, tries - 1); // it is put into the page after it is rendered
}

function render({ model, el }) {
  const mark = () => setTimeout(markPage, 100, model, el); // once the menu is in the page, too
  mark();
  keepKeys(el, 50);
  model.on("change:page", mark);
}

export default { initialize, render };
