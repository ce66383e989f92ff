// The meeting on the screen: large type while it lasts, the clocks of the topic and of the whole,
// and the keys that turn to another topic. The clock runs in the browser: the server is not asked
// each second. It is told how much has gone by, not when it began: clocks of two machines differ.

const TYPING = "input, textarea, select, [contenteditable=true], [role=slider], [role=grid], [role=dialog]";
const TURNS = { PageUp: -1, PageDown: 1, ArrowLeft: -1, ArrowRight: 1 };
const pad = (number) => String(number).padStart(2, "0");
const clocks = new WeakMap(); // place on the page -> its clock and its keys

function show(place, data, since) {
  const gone = (Date.now() - since) / 1000;
  const left = data.minutes * 60 - data.elapsed - gone;
  const late = left < 0;
  const whole = Math.floor(Math.abs(left));
  const text = (name, said) => { place.querySelector(name).textContent = said; };
  text(".time", `${late ? "+" : ""}${pad(Math.floor(whole / 60))}:${pad(whole % 60)}`);
  text(".word", late ? data.words.over : data.words.left);
  text(".all", data.words.all.replace("{gone}", String(Math.floor((data.total + gone) / 60))));
  place.className = `clock ${late ? "late" : ""}`;
}

function stop(place) {
  const held = clocks.get(place);
  if (!held) return;
  clearInterval(held.clock);
  document.removeEventListener("keydown", held.press);
}

export default function ({ data, parentElement, setTriggerValue }) {
  document.documentElement.style.fontSize = data.size;
  const place = parentElement.querySelector(".clock");
  const since = Date.now();
  place.setAttribute("aria-label", data.words.clock);
  stop(place);
  const press = (event) => {
    const places = TURNS[event.key];
    if (!places || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.composedPath().some((one) => one.matches?.(TYPING))) return;
    event.preventDefault();
    setTriggerValue("turn", places);
  };
  document.addEventListener("keydown", press);
  show(place, data, since);
  clocks.set(place, { clock: setInterval(() => show(place, data, since), 500), press });
  return () => {
    stop(place);
    document.documentElement.style.fontSize = "";
  };
}
