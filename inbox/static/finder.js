"use strict";
// Finding a template by typing `/`, and looking over an answer while it is written. Everything works without this file:
// the list of templates and its button stand in the form.

const LOOKS_AFTER = 700; // Milliseconds without typing before the answer is looked over.
const ASKS_AGAIN = 1000; // Milliseconds after a request for templates failed.

function showScripted(root) {
  for (const part of root.querySelectorAll("[data-without-script]")) {
    part.hidden = true;
    for (const field of part.querySelectorAll("input, select, button")) field.disabled = true;
  }
  for (const part of root.querySelectorAll("[data-with-script]")) part.hidden = false;
}

function partsOf(form) {
  const panel = form.querySelector("#finder");
  return {
    panel,
    words: form.querySelector("#finder-words"),
    text: form.querySelector("#text"),
    opener: form.querySelector("[data-opens-finder]"),
    caret: form.querySelector("[data-caret]"),
    options: () => [...form.querySelectorAll("#finder-options [role=option]")],
    status: form.querySelector("[data-finder-status]"),
  };
}

function open(form) {
  const { panel, words, text, opener, caret } = partsOf(form);
  if (!panel || !panel.hidden) return;
  // Where the template goes: the caret stays there while the words are typed elsewhere.
  caret.value = String(text.selectionStart);
  panel.hidden = false;
  opener.setAttribute("aria-expanded", "true");
  words.setAttribute("aria-expanded", "true");
  words.value = "";
  words.focus();
  // Whoever is quicker than the page has not lost the question.
  htmx.process(panel);
  words.dispatchEvent(new CustomEvent("sought", { bubbles: true }));
}

function close(form, { back = true } = {}) {
  const { panel, words, text, opener } = partsOf(form);
  if (!panel || panel.hidden) return;
  panel.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  words.setAttribute("aria-expanded", "false");
  words.removeAttribute("aria-activedescendant");
  if (back) text.focus();
}

function choose(form, option) {
  const { words, options } = partsOf(form);
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  if (!option) return words.removeAttribute("aria-activedescendant");
  words.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function move(form, step) {
  const every = partsOf(form).options();
  if (!every.length) return;
  const at = every.findIndex((each) => each.getAttribute("aria-selected") === "true");
  choose(form, every[at < 0 && step < 0 ? every.length - 1 : (at + step + every.length) % every.length]);
}

function insert(form, option) {
  if (!option || option.getAttribute("aria-disabled") === "true") return;
  const { panel } = partsOf(form);
  const values = Object.fromEntries(new FormData(form));
  close(form, { back: false });
  htmx.ajax("POST", panel.dataset.insert, {
    target: "#composer",
    swap: "outerHTML",
    values: { ...values, insert: option.dataset.template },
  });
}

function settle(form) {
  const { text, caret } = partsOf(form);
  showScripted(form);
  if (!caret?.dataset.caret) return;
  const at = Number(caret.dataset.caret);
  caret.dataset.caret = "";
  const asked = form.querySelector(".asked input");
  (asked ?? text).focus();
  text.setSelectionRange(at, at);
}

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form.composer");
  if (!form) return;
  if (event.target.id === "text" && event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const before = event.target.value.slice(0, event.target.selectionStart);
    if (event.isComposing || (before && !/\s$/.test(before)) || !form.querySelector("#finder")) return;
    event.preventDefault();
    open(form);
  } else if (event.target.id === "finder-words") {
    onFinderKey(form, event);
  } else if (event.key === "Enter" && event.target.matches(".asked input")) {
    event.preventDefault();
    form.querySelector("[data-fills]").click();
  }
});

function onFinderKey(form, event) {
  const { words, text, options } = partsOf(form);
  if (event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(form, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    event.preventDefault();
    insert(form, options().find((each) => each.getAttribute("aria-selected") === "true"));
  } else if (event.key === "Escape" || (event.key === "Backspace" && words.value === "")) {
    event.preventDefault();
    close(form);
  } else if (event.key === "/" && words.value === "") {
    // A second stroke means the sign itself.
    event.preventDefault();
    close(form);
    text.setRangeText("/", text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (event.key === "Tab") {
    close(form, { back: false });
  }
}

document.addEventListener("click", (event) => {
  const form = event.target.closest?.("form.composer");
  if (form && event.target.closest("[data-opens-finder]")) {
    if (form.querySelector("#finder").hidden) open(form);
    else close(form);
  } else if (form && event.target.closest("#finder-options [role=option]")) {
    insert(form, event.target.closest("[role=option]"));
  } else if (!event.target.closest?.("#finder")) {
    for (const other of document.querySelectorAll("form.composer")) close(other, { back: false });
  }
});

// The mouse moves the choice, so that there is one choice and not two.
document.addEventListener("mousemove", (event) => {
  const option = event.target.closest?.("#finder-options [role=option]");
  if (option && option.getAttribute("aria-selected") !== "true") choose(option.closest("form"), option);
});

// On a train an answer gets lost: the templates are asked for again as long as somebody waits for them.
function askAgain(event) {
  const words = event.target;
  if (words.id !== "finder-words") return;
  setTimeout(() => {
    const panel = words.closest("#finder");
    if (panel?.isConnected && !panel.hidden) words.dispatchEvent(new CustomEvent("sought", { bubbles: true }));
  }, ASKS_AGAIN);
}
document.addEventListener("htmx:error", askAgain);
document.addEventListener("htmx:response:error", askAgain);

let waiting = 0;
document.addEventListener("input", (event) => {
  if (event.target.id !== "text") return;
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    document.querySelector("[data-looks]")?.dispatchEvent(new CustomEvent("looked"));
  }, LOOKS_AFTER);
});

new MutationObserver((changes) => {
  for (const node of changes.flatMap((change) => [...change.addedNodes])) {
    if (!(node instanceof Element)) continue;
    const form = node.closest("form.composer");
    const whole = node.id === "composer" ? node : node.querySelector("form.composer");
    if (whole) settle(whole);
    else if (form && node.id === "finder-options") {
      partsOf(form).status.textContent = node.dataset.told;
      choose(form, node.querySelector("[role=option]:not([aria-disabled])"));
    }
  }
}).observe(document.body, { childList: true, subtree: true });

for (const form of document.querySelectorAll("form.composer")) settle(form);
