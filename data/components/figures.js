// The KPI cards of the live room: made once, then only what changed is written into them.
// Words come in as text and attributes, never as markup.

const SVG = "http://www.w3.org/2000/svg";
const ARROWS = {
  up: "M4 12l1.41 1.41L11 7.83V20h2V7.83l5.58 5.59L20 12l-8-8-8 8z",
  down: "M20 12l-1.41-1.41L13 16.17V4h-2v12.17l-5.58-5.59L4 12l8 8 8-8z",
};
const HEIGHT = 64; // pixels; the width of a curve is that of its card
const PAD = 3; // room for half a line at the top and the bottom
const rows = new WeakMap(); // place on the page -> its cards

function html(tag, name, parent) {
  const made = document.createElement(tag);
  made.className = name;
  parent.append(made);
  return made;
}

function svg(tag, attributes, parent) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent.append(made);
  return made;
}

function build(row) {
  const card = html("div", "card", row);
  card.setAttribute("role", "group");
  const made = { card, seen: {}, label: html("div", "label", card), value: html("div", "value", card) };
  const line = html("div", "line", card);
  const pill = html("div", "pill", line);
  const hidden = { "aria-hidden": "true" };
  made.arrow = svg("svg", { ...hidden, class: "arrow", viewBox: "0 0 24 24" }, pill);
  made.direction = svg("path", {}, made.arrow);
  made.change = html("span", "text", pill);
  made.spread = html("div", "spread", line);
  made.curve = svg("svg", { ...hidden, class: "curve", preserveAspectRatio: "none" }, card);
  made.area = svg("path", { class: "area" }, made.curve);
  made.trace = svg("path", { class: "trace" }, made.curve);
  return made;
}

function draw(made, values) {
  made.curve.toggleAttribute("hidden", values.length === 0);
  if (values.length === 0) return;
  const low = Math.min(...values);
  const range = Math.max(...values) - low;
  const last = Math.max(values.length - 1, 1);
  const height = (value) => HEIGHT - PAD - (range ? (value - low) / range : 0) * (HEIGHT - 2 * PAD);
  const line = "M" + values.map((value, month) => `${month},${height(value).toFixed(2)}`).join("L");
  made.curve.setAttribute("viewBox", `0 0 ${last} ${HEIGHT}`);
  made.trace.setAttribute("d", line);
  made.area.setAttribute("d", `${line}L${last},${HEIGHT - PAD}L0,${HEIGHT - PAD}Z`);
}

const WRITE = {
  label: (made, words) => { made.label.textContent = words; },
  value: (made, words) => { made.value.textContent = words; },
  change: (made, words) => { made.change.textContent = words; },
  spread: (made, words) => { made.spread.textContent = words; },
  said: (made, words) => { made.card.setAttribute("aria-label", words); },
  verdict: (made, verdict) => { made.card.className = `card ${verdict}`; },
  arrow: (made, way) => {
    made.arrow.toggleAttribute("hidden", !(way in ARROWS));
    made.direction.setAttribute("d", ARROWS[way] ?? "");
  },
  curve: draw,
};

function show(made, figure) {
  for (const [part, write] of Object.entries(WRITE)) {
    const now = JSON.stringify(figure[part]);
    if (made.seen[part] === now) continue;
    made.seen[part] = now;
    write(made, figure[part]);
  }
}

export default function ({ data, parentElement }) {
  const row = parentElement.querySelector(".row");
  if (!rows.has(row)) rows.set(row, []);
  const cards = rows.get(row);
  while (cards.length > data.figures.length) cards.pop().card.remove();
  while (cards.length < data.figures.length) cards.push(build(row));
  cards.forEach((made, place) => show(made, data.figures[place]));
}
