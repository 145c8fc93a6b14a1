// The page of /explain: blanks what is secret before the form is sent, and shows what is sent.
//
// 1. As soon as this runs, the field that people type into has no name any more: a form without a name sends nothing. What is sent is the
//    blanked text, in a field of its own.
// 2. Until then, and where this does not run, the label says that the whole text goes to the server.
// 3. A text that cannot be blanked is not sent. The whole text is sent by a button of its own, and by nothing else.

import { blank } from "./explain-blank.js";
import { observe } from "./explain-facts.js";

/** A pause, so that a long text is not read again at each key. */
const PAUSE = 200;

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** The text with its blanked runs marked, and how many characters they are. */
function marked(text) {
  let count = 0;
  const pieces = text.split(/(\*{3,})/).map((piece) => {
    if (!/^\*{3,}$/.test(piece)) return piece;
    count += piece.length;
    return element("mark", {}, piece);
  });
  return { pieces, count };
}

class Paste {
  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.typed = form.querySelector("textarea");
    this.sent = element("input", { type: "hidden", name: "text" });
    this.observed = element("input", { type: "hidden", name: "observed" });
    this.typed.removeAttribute("name");
    // A text that came back as it was sent is blanked already, and what was seen in the whole of it came back with it.
    this.before = { text: this.typed.defaultValue, facts: this.typed.dataset.observed ?? "" };
    this.form.append(this.sent, this.observed);
    form.querySelector("[data-hint]").textContent = this.words.blankedHint;
    this.addPreview();
    this.addWhole();
    form.addEventListener("submit", (event) => this.submit(event));
    this.typed.addEventListener("input", () => this.later());
    // What the browser has kept from before is shown too.
    addEventListener("pageshow", () => this.show());
    this.show();
  }

  addPreview() {
    const title = element("h2", { id: "preview-title" }, this.words.preview);
    this.text = element("pre", { tabindex: "0", role: "region", "aria-labelledby": "preview-title" });
    this.count = element("p", { class: "note", role: "status" });
    this.preview = element("div", { class: "preview", hidden: "" }, title, this.text, this.count);
    this.form.querySelector(".field").after(this.preview);
  }

  addWhole() {
    this.whole = element("button", { type: "submit", class: "button quiet", "aria-describedby": "whole-hint" }, this.words.whole);
    const hint = element("p", { class: "note", id: "whole-hint" }, this.words.wholeHint);
    this.form.querySelector(".actions").append(this.whole);
    this.form.querySelector(".actions").after(hint);
  }

  later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.show(), PAUSE);
  }

  /** Blanks what is typed, and shows it. Nothing stays to be sent when that fails. */
  show() {
    clearTimeout(this.waiting);
    this.sent.value = "";
    this.blanked = null;
    const text = this.typed.value;
    try {
      this.blanked = this.isAsBefore() ? { text, found: [] } : blank(text);
    } catch {
      this.fail(text);
      return;
    }
    this.sent.value = this.blanked.text;
    this.preview.hidden = text.trim() === "";
    const { pieces, count } = marked(this.blanked.text);
    this.text.replaceChildren(...pieces);
    const words = count === 0 ? this.words.none : this.words.count.replace("{n}", count).replace("{of}", [...text].length);
    if (this.count.textContent !== words) this.count.textContent = words;
  }

  isAsBefore() {
    return this.before.facts !== "" && this.typed.value === this.before.text;
  }

  fail(text) {
    this.preview.hidden = text.trim() === "";
    this.text.replaceChildren();
    this.count.textContent = this.words.failed;
  }

  submit(event) {
    if (event.submitter === this.whole) {
      this.sent.value = this.typed.value;
      this.observed.value = "";
      return;
    }
    if (this.isReady) {
      this.isReady = false;
      return;
    }
    event.preventDefault();
    this.show();
    if (this.blanked === null) return;
    const { submitter } = event;
    if (this.isAsBefore()) {
      this.send(this.before.facts, submitter);
      return;
    }
    // A fact that cannot be worked out is left out: it is about the answer's detail, not about what is sent.
    observe(this.blanked.found).then(
      (facts) => this.send(JSON.stringify(facts), submitter),
      () => this.send("[]", submitter),
    );
  }

  send(facts, submitter) {
    this.observed.value = facts;
    this.isReady = true;
    // A form cannot be sent while it is still being told that somebody wants to send it.
    setTimeout(() => this.form.requestSubmit(submitter), 0);
  }
}

for (const form of document.querySelectorAll("form[data-explain]")) new Paste(form);
