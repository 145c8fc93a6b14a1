// What a page gains with scripts. Without them every form works and every time is right, in UTC.
// All words come from the page: from data attributes of the element they belong to.

const ENOUGH = 15;
const STRONG = 24;
const MOST_BYTES = 1024;

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawn = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  drawn.setAttribute("class", "icon");
  drawn.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#${name}`);
  drawn.append(use);
  return drawn;
}

function describe(input, id) {
  const ids = (input.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
  input.setAttribute("aria-describedby", [...ids, id].join(" "));
}

// Times: a clock reading moves to the reader's zone; the exact instant stays in the title, in both zones.

function localTimes(language) {
  const now = new Date();
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "long" });
  const format = (options) => new Intl.DateTimeFormat(language, options);
  for (const time of document.querySelectorAll("time[data-time]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = `${exact.format(at)} (${time.title})`;
    if (time.dataset.time === "day") time.textContent = format({ dateStyle: "long" }).format(at);
    if (time.dataset.time !== "clock") continue;
    const sameDay = at.toDateString() === now.toDateString();
    const soon = at - now < 10 * 60 * 1000;
    const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    if (sameDay && soon) clock.second = "2-digit";
    if (!sameDay) Object.assign(clock, { day: "numeric", month: "long" });
    if (at.getFullYear() !== now.getFullYear()) clock.year = "numeric";
    time.textContent = format(clock).format(at);
  }
}

// Passwords: show and hide, Caps Lock, strength in words.

function revealable(field, input) {
  const word = document.createTextNode(field.dataset.show);
  const what = element("span", { class: "unseen" }, ` ${field.dataset.what}`);
  const button = element("button", { type: "button", "aria-controls": input.id }, word, what);
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    word.data = shown ? field.dataset.hide : field.dataset.show;
  };
  button.addEventListener("click", () => {
    show(input.type === "password");
    input.focus();
  });
  // A browser offers to save what left as a password, not what left as text.
  input.form?.addEventListener("submit", () => show(false));
  input.after(button);
}

function capsLock(field, input) {
  const hint = element("p", { class: "says dim", role: "status" });
  field.append(hint);
  const tell = (on) => {
    if (on === (hint.childElementCount > 0)) return;
    hint.replaceChildren(...(on ? [icon("i-caps"), element("span", {}, field.dataset.caps)] : []));
  };
  for (const kind of ["keydown", "keyup", "mousedown"]) {
    input.addEventListener(kind, (event) => tell(event.getModifierState?.("CapsLock") ?? false));
  }
  input.addEventListener("blur", () => tell(false));
}

function judge(password, words) {
  const letters = [...password.normalize("NFC")];
  const missing = ENOUGH - letters.length;
  if (letters.length === 0) return "";
  if (new TextEncoder().encode(password).length > MOST_BYTES) return words.tooLong;
  if (missing === 1) return words.oneShort;
  if (missing > 1) return words.short.replace("{n}", String(missing));
  if (new Set(letters).size < 6) return words.repeats;
  return letters.length >= STRONG ? words.strong : words.enough;
}

function strength(field, input) {
  const says = element("p", { class: "says dim", id: `${input.id}-strength`, role: "status" });
  field.append(says);
  describe(input, says.id);
  // A pause, so that a screen reader hears the last word and not one at each key.
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      says.textContent = judge(input.value, field.dataset);
    }, 250);
  });
}

// The page's language, written the way the reader's country writes it.
const { lang } = document.documentElement;
localTimes(navigator.languages.find((one) => one.split("-")[0] === lang) ?? lang);
for (const field of document.querySelectorAll("[data-password]")) {
  const input = field.querySelector("input");
  revealable(field, input);
  capsLock(field, input);
  if ("strength" in field.dataset) strength(field, input);
}
