// The line under the KPI cards: which family is shown, which month is marked, and its figures.
// A click on a month of any chart of the room marks it, the same click again or Escape clears it.
// What is sent is always all that is wanted, so that two quick clicks are as good as the last.
// Words come in as text and attributes, never as markup.

const CHARTS = '[data-testid="stVegaLiteChart"]'; // the page has no others
const TYPING = "input:not([type=range]):not([type=checkbox]), textarea, [contenteditable=true]";
const OPEN = '[role="dialog"], [data-testid="stPopoverBody"], [role="listbox"], [role="menu"]';
let shown = null; // the line on the page: what it shows, what is wanted, how to ask for it

function html(tag, name, parent, attributes = {}) {
  const made = document.createElement(tag);
  made.className = name;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
}

function ask(change) {
  if (!shown) return;
  shown.want = { ...shown.want, ...change };
  shown.send(shown.want);
}

// Vega keeps with each mark the row that it draws.
function monthOf(event) {
  const mark = event.composedPath()[0];
  if (!(mark instanceof Element) || !mark.closest(CHARTS)) return "";
  const month = mark.__data__?.datum?.month;
  return typeof month === "string" ? month : "";
}

function clicked(event) {
  const month = monthOf(event);
  if (shown && month) ask({ month: month === shown.want.month ? "" : month });
}

function over(event) {
  if (shown && monthOf(event)) event.composedPath()[0].style.cursor = "pointer";
}

function pressed(event) {
  if (!shown || event.key !== "Escape" || event.defaultPrevented) return;
  const { month, family } = shown.want;
  const from = event.composedPath()[0];
  if (!(month || family) || from.closest?.(TYPING) || document.querySelector(OPEN)) return;
  ask({ month: "", family: "" });
}

document.addEventListener("click", clicked);
document.addEventListener("mouseover", over);
document.addEventListener("keydown", pressed);

function pills(place, data) {
  const group = html("div", "pills", place, { role: "group", "aria-label": data.words.families });
  for (const [code, name] of [["", data.words.all], ...data.families]) {
    const chosen = String(code === data.family);
    const pill = html("button", "pill", group, { type: "button", "aria-pressed": chosen, title: name });
    pill.textContent = name;
    pill.onclick = () => ask({ family: shown.want.family === code ? "" : code });
  }
}

function list(place, data) {
  const choice = html("select", "list", place, { "aria-label": data.words.families });
  for (const [code, name] of [["", data.words.all], ...data.families]) {
    const option = html("option", "", choice, { value: code });
    option.textContent = name;
    option.selected = code === data.family;
  }
  choice.onchange = () => ask({ family: choice.value });
}

function step(place, sign, said, month) {
  const button = html("button", "step", place, { type: "button", "aria-label": said, title: said });
  button.textContent = sign;
  button.onclick = () => ask({ month });
}

function chip(place, data) {
  const month = html("div", "month", place, { role: "group", "aria-label": data.words.month });
  step(month, "\u2039", data.words.before, data.before);
  html("span", "label", month).textContent = data.label;
  step(month, "\u203a", data.words.after, data.after);
  clear(place, data, { month: "" });
}

function clear(place, data, change) {
  const said = { type: "button", "aria-label": data.words.clear, title: data.words.help };
  const button = html("button", "clear", place, said);
  button.textContent = data.compact ? "\u00d7" : `\u00d7 ${data.words.clear}`;
  button.onclick = () => ask(change);
}

function build(place, data) {
  const at = place.getRootNode().activeElement;
  const kept = at && place.contains(at) ? [...place.querySelectorAll("button, select")].indexOf(at) : -1;
  place.replaceChildren();
  place.classList.toggle("compact", data.compact);
  if (data.families.length) (data.list ? list : pills)(place, data);
  if (data.month) chip(place, data);
  html("div", "line", place, { role: "status" });
  if (kept >= 0) place.querySelectorAll("button, select")[kept]?.focus();
}

export default function ({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".focus");
  const { line, ...frame } = data;
  const now = JSON.stringify(frame);
  if (place.dataset.seen !== now) build(place, data);
  place.dataset.seen = now;
  const said = place.querySelector(".line");
  said.textContent = line || data.words.hint;
  said.title = data.note && data.note !== line ? `${line}\n${data.note}` : line;
  said.classList.toggle("hint", !data.month);
  shown = {
    place,
    want: { month: data.month, family: data.family },
    send: (want) => setTriggerValue("asked", want),
  };
  return () => { if (shown?.place === place) shown = null; };
}
