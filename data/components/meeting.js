// The meeting on the screen: large type while it lasts, and the clock of the topic.
// The clock runs in the browser: the server is not asked each second.

const pad = (number) => String(number).padStart(2, "0");
const clocks = new WeakMap(); // place on the page -> its clock

function show(place, data) {
  const left = data.began + data.minutes * 60 - Date.now() / 1000;
  const whole = Math.abs(Math.round(left));
  const sign = left < -0.5 ? "\u2212" : "";
  const late = left < 0;
  place.querySelector(".time").textContent = `${sign}${pad(Math.floor(whole / 60))}:${pad(whole % 60)}`;
  place.querySelector(".word").textContent = late ? data.words.over : data.words.left;
  place.className = `clock ${late ? "late" : left < 60 ? "last" : ""}`;
}

export default function ({ data, parentElement }) {
  document.documentElement.style.fontSize = data.size;
  const place = parentElement.querySelector(".clock");
  place.setAttribute("aria-label", data.words.clock);
  clearInterval(clocks.get(place));
  show(place, data);
  clocks.set(place, setInterval(() => show(place, data), 500));
  return () => {
    clearInterval(clocks.get(place));
    document.documentElement.style.fontSize = "";
  };
}
