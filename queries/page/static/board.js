"use strict";
// Changes are sent as they are made, and the parts of the page that are different then take their new form. Without
// this the page is whole: its buttons send it.
(() => {
  const byId = (id) => document.getElementById(id);
  const PARTS = "[data-part]";
  let running = null;
  let leaving = false; // to the same patient in another language, or to a file

  const opened = (part) => new Set([...part.querySelectorAll("details[id][open]")].map((fold) => fold.id));

  // What somebody is typing in, or has the focus on, stays as it is.
  const replaced = (old, made) => {
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const typed = focused && focused.matches("input[type=text], input[type=search], textarea") ? focused.value : null;
    const caret = typed === null ? null : focused.selectionStart;
    opened(old).forEach((id) => { const fold = made.querySelector(`#${CSS.escape(id)}`); if (fold) fold.open = true; });
    old.replaceWith(made);
    const again = focused && focused.id ? byId(focused.id) : null;
    if (!again) return;
    again.focus({ preventScroll: true });
    if (typed !== null && again.value !== typed) again.value = typed;
    if (caret !== null) again.setSelectionRange(caret, caret);
  };

  const show = (text) => {
    const found = new DOMParser().parseFromString(text, "text/html");
    if (!found.getElementById("board") || !byId("board")) return whole(found);
    document.querySelectorAll(PARTS).forEach((old) => {
      const made = found.getElementById(old.id);
      if (made && !made.isEqualNode(old)) replaced(old, document.adoptNode(made));
    });
    byId("news").textContent = found.getElementById("news").textContent;
    if (!byId("answer").contains(document.activeElement)) byId("answer").scrollTop = 0;
    return found;
  };

  // Another page: a patient after the start, or what is wrong with a text.
  const whole = (found) => {
    const wrong = found.getElementById("findings");
    if (wrong && byId("source")) {
      replaced(byId("source"), document.adoptNode(found.getElementById("source")));
      for (let at = byId("source"); at; at = at.parentElement) if (at.localName === "details") at.open = true;
      byId("wrong").focus();
      return found;
    }
    document.documentElement.lang = found.documentElement.lang;
    document.body.replaceWith(document.adoptNode(found.body));
    prepare();
    scrollTo(0, 0);
    return found;
  };

  const send = async (form, extra) => {
    const data = new FormData(form);
    extra.forEach(([name, value]) => data.append(name, value));
    if (running) running.abort();
    running = new AbortController();
    const mine = running;
    document.body.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(location.href, { method: "POST", body: data, signal: mine.signal });
      const text = await answer.text();
      if (mine.signal.aborted) return null;
      if (!answer.ok) throw new Error(String(answer.status));
      byId("trouble").hidden = true;
      return { found: show(text) };
    } catch (error) {
      if (error.name !== "AbortError") byId("trouble").hidden = false;
      return null;
    } finally {
      if (mine === running) document.body.removeAttribute("aria-busy");
    }
  };

  const elsewhere = (button) => button && (button.hasAttribute("formaction") || button.name === "language");

  const submitted = async (event) => {
    const form = event.target, button = event.submitter;
    if (elsewhere(button)) { leaving = true; return; }
    event.preventDefault();
    const extra = button && button.name ? [[button.name, button.value]] : [];
    const before = byId("board");
    const done = await send(form, extra);
    if (!done || !byId("board")) return;
    if (before !== byId("board")) byId("answer").focus({ preventScroll: true });
    else if (button && (button.value === "look" || button.name === "pick")) byId("looked-at").scrollIntoView({ block: "nearest" });
    else if (button && button.value === "answer") focusQuestion();
  };

  const focusQuestion = () => {
    const next = document.querySelector("#asked input:not([type=hidden]), #asked select");
    if (next) next.focus({ preventScroll: true });
  };

  // "Not recorded" of a list takes back what was chosen in it.
  const changed = (event) => {
    const control = event.target, form = control.form;
    if (!form || form.id !== "board" || !/^f\./.test(control.name || "")) return;
    if (control.name.endsWith(":extent") && control.value === "") {
      const name = control.name.slice(0, -":extent".length);
      form.querySelectorAll("input, select").forEach((one) => {
        if (one.name === name) one.checked = false;
        else if (one.name === `${name}:other`) one.value = "";
        else if (one.name.startsWith(`${name}:`) && one.type !== "radio" && !/:order$/.test(one.name)) one.value = "";
      });
    }
    send(form, [["do", "update"]]);
  };

  const reveal = () => {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let at = target; at; at = at.parentElement) if (at.localName === "details") at.open = true;
    target.scrollIntoView();
    const first = target.matches(".field") && target.querySelector("input, select");
    if (first) first.focus({ preventScroll: true });
  };

  const prepare = () => {
    document.body.classList.add("scripted");
    if (byId("print")) byId("print").hidden = false;
    if (byId("wrong")) byId("wrong").focus();
  };

  // Every line is printed with its reasons, also by browsers that cannot open folds by style alone.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("#answer details.line:not([open])")];
    closed.forEach((fold) => { fold.open = true; });
  });
  addEventListener("afterprint", () => { closed.forEach((fold) => { fold.open = false; }); closed = []; });

  // What was entered is on this page alone: whoever closes it is asked first.
  addEventListener("beforeunload", (event) => {
    if (!leaving && byId("edited") && (byId("edited").firstElementChild || byId("board").dataset.blank)) event.preventDefault();
    leaving = false;
  });

  document.addEventListener("submit", submitted);
  document.addEventListener("change", changed);
  document.addEventListener("click", (event) => {
    if (event.target.id === "print") print();
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) { event.preventDefault(); reveal(); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.localName !== "input") return;
    if (event.target.id === "looked-for") {
      event.preventDefault();
      event.target.form.requestSubmit(document.querySelector("button[value=look]"));
    } else if (event.target.closest("#asked")) {
      event.preventDefault();
      event.target.form.requestSubmit(document.querySelector("button[value=answer]"));
    }
  });
  addEventListener("hashchange", reveal);
  prepare();
  if (location.hash) reveal();
})();
