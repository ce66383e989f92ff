// A viewer waits here until the presenter shows something else; then the page is drawn again.
// Nothing is sent while nothing changes, and no more than one step a second is asked for.

const REST = 1000; // [ms] between two drawings
const waits = new WeakMap(); // place on the page -> what ends its wait
let last = 0; // when the page was last asked for [ms]

const pause = (span) => new Promise((done) => setTimeout(done, Math.max(span, 0)));

async function number({ room, drawn }, signal) {
  try {
    const address = `${window.location.pathname.replace(/\/$/, "")}/now?drawn=${drawn}`;
    const answer = await fetch(address, { headers: { "X-Room": room }, signal });
    const told = (await answer.text()).trim();
    return answer.ok && /^\d+$/.test(told) ? Number(told) : undefined;
  } catch {
    return undefined; // no line, or a server that was started without this address
  }
}

async function wait(data, ask, signal) {
  while (!signal.aborted) {
    await pause(last + REST - Date.now());
    const now = signal.aborted ? data.drawn : await number(data, signal);
    if (!signal.aborted && now !== data.drawn) {
      last = Date.now();
      ask();
    }
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  waits.get(parentElement)?.abort();
  const ending = new AbortController();
  waits.set(parentElement, ending);
  wait(data, () => setTriggerValue("other", true), ending.signal);
  return () => ending.abort();
}
