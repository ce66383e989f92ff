// The lever cards of the live room: native range inputs that speak while they are dragged.
// One request is in flight, the newest value wins: the room answers with the serial number of
// what it has drawn (event "sop-room"), and only then the next value is sent.
// Words come in as text and attributes, never as markup.

const PATIENCE = 4000; // ms: a request without an answer by then is given up
const panels = new WeakMap(); // place on the page -> what is known of it
let visits = 0; // panels made since the page was loaded

function html(tag, name, parent, attributes = {}) {
  const made = document.createElement(tag);
  made.className = name;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
}

function told(panel) {
  const cards = {};
  for (const [id, card] of panel.cards) cards[id] = [card.values[card.at], card.on];
  return cards;
}

function send(panel) {
  const cards = told(panel);
  const now = JSON.stringify(cards);
  if (panel.busy || now === panel.sent) return;
  panel.busy = true;
  panel.sent = now;
  panel.serial += 1;
  clearTimeout(panel.timer);
  const { seed, serial } = panel;
  panel.timer = setTimeout(() => answered(panel, serial), PATIENCE);
  const gesture = `${panel.visit}.${panel.gesture}`;
  panel.component.setStateValue("moves", { seed, serial, gesture, cards });
}

function answered(panel, serial) {
  if (serial !== panel.serial) return;
  clearTimeout(panel.timer);
  panel.busy = false;
  send(panel);
}

function act(panel, id, what, text = "") {
  panel.component.setTriggerValue("act", { card: id, what, text });
}

// Why cards change nothing: the room says it with its answer.
function hear(panel, told) {
  if (!told) return;
  for (const [id, card] of panel.cards) card.idle.textContent = told.idle?.[id] ?? "";
  answered(panel, told.serial);
}

function paint(panel, card) {
  const said = card.labels[card.at] ?? "";
  card.range.value = String(card.at);
  const [tone, words] = (card.on && card.marks[card.marked[card.at]]) || ["", ""];
  card.range.setAttribute("aria-valuetext", words ? `${said}, ${words}` : said);
  card.mark.className = `mark ${tone}`;
  card.mark.textContent = words;
  card.place.classList.toggle("watch", tone === "watch");
  const last = Math.max(card.values.length - 1, 1);
  card.place.style.setProperty("--part", `${(100 * card.at) / last}%`);
  card.value.textContent = said;
  card.toggle.checked = card.on;
  card.range.disabled = card.gone || !card.on;
  card.range.toggleAttribute("hidden", card.gone);
  card.value.toggleAttribute("hidden", card.gone);
  card.value.disabled = card.range.disabled;
  card.place.classList.toggle("off", card.range.disabled);
}

function move(panel, card, at) {
  if (at === card.at) return;
  card.at = at;
  paint(panel, card);
  send(panel);
}

function build(panel, id) {
  const place = html("section", "card", panel.list, { "data-card": id });
  const card = { place };
  const head = html("div", "head", place);
  const label = html("label", "switch", head);
  card.toggle = html("input", "toggle", label, { type: "checkbox", role: "switch" });
  card.name = html("span", "name", label);
  card.deadline = html("span", "deadline", head);
  card.more = html("button", "more", head, { type: "button", "aria-haspopup": "menu", "aria-expanded": "false" });
  card.more.textContent = "⋮";
  card.value = html("button", "value", place, { type: "button" });
  card.typed = html("input", "typed", place, { type: "text", hidden: "" });
  card.range = html("input", "range", place, { type: "range", min: "0", step: "1" });
  card.note = html("div", "note", place);
  card.mark = html("div", "mark", place);
  card.idle = html("div", "mark idle", place, { role: "status" });
  listen(panel, card, id);
  return card;
}

function listen(panel, card, id) {
  card.range.oninput = () => move(panel, card, Number(card.range.value));
  // A drag is one step of undo, and so is each key press.
  card.range.onchange = () => { panel.gesture += 1; };
  card.toggle.onchange = () => {
    card.on = card.toggle.checked;
    panel.gesture += 1;
    paint(panel, card);
    send(panel);
    panel.gesture += 1;
  };
  card.value.onclick = () => {
    card.typed.value = card.labels[card.at];
    swap(card, true);
    card.typed.select();
  };
  card.typed.onkeydown = (event) => {
    if (event.key === "Escape") swap(card, false);
    if (event.key === "Enter") { swap(card, false); act(panel, id, "type", card.typed.value); }
    event.stopPropagation(); // the page has shortcuts of its own
  };
  card.typed.onblur = () => swap(card, false);
  card.more.onclick = () => menu(panel, card, id);
}

function swap(card, typing) {
  card.typed.toggleAttribute("hidden", !typing);
  card.value.toggleAttribute("hidden", typing);
  (typing ? card.typed : card.value).focus();
}

function close(panel, card) {
  panel.open?.remove();
  panel.open = null;
  card?.more.setAttribute("aria-expanded", "false");
}

function menu(panel, card, id) {
  const again = panel.open?.dataset.card === id;
  close(panel, card);
  if (again) return;
  const box = html("div", "menu", card.place, { role: "menu" });
  box.dataset.card = id;
  for (const [what, words] of panel.words.acts) {
    const item = html("button", "item", box, { type: "button", role: "menuitem" });
    item.textContent = words;
    item.onclick = () => { close(panel, card); act(panel, id, what); };
  }
  box.onkeydown = (event) => {
    const items = [...box.children];
    const at = items.indexOf(event.target);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (next !== undefined) { items[(next + items.length) % items.length].focus(); event.preventDefault(); }
    if (event.key === "Escape") { close(panel, card); card.more.focus(); }
  };
  box.onfocusout = (event) => { if (!box.contains(event.relatedTarget) && event.relatedTarget !== card.more) close(panel, card); };
  card.more.setAttribute("aria-expanded", "true");
  panel.open = box;
  box.firstChild.focus();
}

function dress(panel, card, told) {
  card.values = told.values;
  card.labels = told.labels;
  card.marks = told.marks;
  card.marked = told.marked;
  card.mark.setAttribute("title", told.history);
  card.gone = told.gone;
  card.range.max = String(told.values.length - 1);
  card.name.textContent = told.name;
  card.name.setAttribute("title", told.name); // a narrow card cuts it
  card.deadline.textContent = told.deadline;
  card.deadline.className = `deadline ${told.tone}`;
  card.note.textContent = told.note;
  card.toggle.disabled = told.gone;
  card.range.setAttribute("aria-label", told.name);
  card.value.setAttribute("title", panel.words.type);
  card.typed.setAttribute("aria-label", told.name);
  card.more.setAttribute("aria-label", `${panel.words.more} ${told.name}`);
}

function take(panel, data) {
  const fresh = data.seed !== panel.seed;
  const before = new Map(panel.cards);
  panel.words = data.words;
  panel.cards = new Map();
  for (const one of data.cards) {
    const card = before.get(one.id) ?? build(panel, one.id);
    const held = before.has(one.id) && !fresh ? card.values[card.at] : one.value;
    const on = before.has(one.id) && !fresh ? card.on : one.on;
    before.delete(one.id);
    dress(panel, card, one);
    card.at = Math.max(0, one.values.indexOf(held));
    card.on = on;
    panel.cards.set(one.id, card);
    panel.list.append(card.place); // in the order of the cards
    paint(panel, card);
  }
  for (const card of before.values()) card.place.remove();
  if (!fresh) return;
  // Another scenario, an undo, a typed value: what the server says counts.
  panel.seed = data.seed;
  panel.sent = JSON.stringify(told(panel));
  panel.busy = false;
  clearTimeout(panel.timer);
}

export default function (component) {
  const { data, parentElement } = component;
  const list = parentElement.querySelector(".levers");
  let panel = panels.get(list);
  if (!panel) {
    panel = { list, cards: new Map(), visit: `${Date.now()}.${(visits += 1)}`, seed: -1, gesture: 0, serial: 0, sent: "", busy: false };
    panels.set(list, panel);
    panel.hear = (event) => hear(panel, event.detail);
  }
  panel.component = component;
  window.addEventListener("sop-room", panel.hear);
  const words = JSON.stringify(data);
  if (panel.drawn !== words) {
    panel.drawn = words;
    const focused = list.getRootNode().activeElement;
    take(panel, data);
    focused?.focus?.({ preventScroll: true }); // cards that change places lose it
    hear(panel, window.sopRoom);
  }
  return () => window.removeEventListener("sop-room", panel.hear);
}
