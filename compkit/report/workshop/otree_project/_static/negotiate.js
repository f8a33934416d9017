// The live page. It shows only what the server has stored, and sends again what was not yet answered when the connection broke.
"use strict";
const find = (id) => document.getElementById(id);
const own = JSON.parse(find("talk").dataset.own);
let waiting = null; // what was sent and is not stored yet
let latest = null; // the other side's latest offer

const points = (package_) => own.issues.reduce((sum, issue, at) => sum + issue.points[package_[at]], 0);
const worth = (package_) => {
  const sum = points(package_);
  return `${sum} points for you, ${sum < own.limit ? "below your limit of" : "and your limit is"} ${own.limit}`;
};
const terms = (package_) => own.issues.map((issue, at) => `${issue.name}: ${issue.options[package_[at]]}`);
const values = () => own.issues.map((_, at) => find(`issue-${at}`).value);
const chosen = () => (values().includes("") ? null : values().map(Number)); // null until every issue has an option

function element(name, text, class_) {
  const made = document.createElement(name);
  made.textContent = text;
  if (class_) made.className = class_;
  return made;
}

function post(data) {
  const key = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 12)}`;
  waiting = { ...data, key };
  find("send").disabled = true;
  showSum();
  liveSend(waiting);
}

function showSum() {
  find("offer").disabled = !chosen() || Boolean(waiting);
  find("sum").textContent = chosen() ? `Worth ${worth(chosen())}.` : "Choose one option for each issue.";
}

function drawEntry(entry) {
  const who = entry.mine ? "You" : `The ${own.other}`;
  const offer = entry.package;
  const text = offer ? `${who} offered (${worth(offer)}):\n${terms(offer).join("\n")}` : `${who}: ${entry.text}`;
  return element("div", text, `${entry.mine ? "mine" : ""} ${offer ? "offer" : ""}`.trim());
}

function drawEnd(state) {
  const isOpen = state.status === "open";
  find("over").hidden = isOpen;
  find("write").hidden = find("terms").hidden = !isOpen;
  find("latest").hidden = !isOpen || !latest;
  if (isOpen) return;
  const agreed = state.package && `You agreed: ${terms(state.package).join("; ")}. ${worth(state.package)}.`;
  find("result").textContent = agreed || "The negotiation ended without a deal.";
}

function liveRecv(state) {
  const isStored = waiting && state.entries.some((entry) => entry.key === waiting.key);
  if (waiting && (isStored || state.notice || state.status !== "open")) {
    if (isStored && waiting.kind === "message") find("message").value = "";
    waiting = null;
    find("send").disabled = false;
    showSum();
  }
  find("notice").textContent = state.notice || "";
  find("notice").hidden = !state.notice;
  const log = find("log");
  for (const entry of state.entries.slice(log.children.length)) log.append(drawEntry(entry));
  log.scrollTop = log.scrollHeight;
  latest = state.entries.filter((entry) => entry.package && !entry.mine).pop() || null;
  if (latest) {
    find("worth").textContent = worth(latest.package);
    find("asked").replaceChildren(...terms(latest.package).map((line) => element("li", line)));
  }
  drawEnd(state);
}

function start() {
  own.issues.forEach((issue, at) => {
    const label = element("label", issue.name);
    label.htmlFor = `issue-${at}`;
    const select = element("select", "", "form-select form-select-sm");
    select.id = `issue-${at}`;
    const add = (text, value) => Object.assign(select.appendChild(element("option", text)), { value });
    add("Choose", ""); // nothing is chosen beforehand: a first offer is the player's own
    issue.options.forEach((option, number) => add(`${option} (${issue.points[number]})`, number));
    select.addEventListener("change", showSum);
    find("choices").append(label, select);
  });
  showSum();
  const say = () => find("message").value.trim() && !waiting && post({ kind: "message", text: find("message").value });
  find("send").addEventListener("click", say);
  find("message").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    say();
  });
  find("offer").addEventListener("click", () => post({ kind: "offer", package: chosen() }));
  find("accept").addEventListener("click", () => {
    if (confirm(`Accept ${worth(latest.package)}? This ends the negotiation.`)) liveSend({ kind: "accept", number: latest.number });
  });
  find("walk").addEventListener("click", () => {
    if (confirm("End without a deal? This ends the negotiation for both of you.")) liveSend({ kind: "walk" });
  });
}

function load() {
  liveSend({ kind: "load" });
  if (waiting) liveSend(waiting);
}

start();
liveSocket.addEventListener("open", load);
liveSocket.addEventListener("close", () => {
  find("notice").textContent = "No connection. Trying again; what you sent is kept.";
  find("notice").hidden = false;
});
if (liveSocket.readyState === WebSocket.OPEN) load();
