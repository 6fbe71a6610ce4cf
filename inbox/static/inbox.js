"use strict";
// Comfort only: everything works without this file.

// Filters apply as soon as one is chosen, so that their button is not needed.
for (const form of document.querySelectorAll("form[data-sends-itself]")) {
  for (const button of form.querySelectorAll("[data-not-needed]")) button.closest(".field").hidden = true;
  form.addEventListener("change", () => form.requestSubmit());
  form.addEventListener("submit", () => {
    for (const field of form.querySelectorAll("select, input")) field.disabled = field.value === "";
  });
}

// Ctrl or Command with Enter sends the reply that is being written.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("form[data-sends-with-enter]");
  if (form) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button.primary"));
  }
});

// A link in a card that floats above the page leads away from it.
document.addEventListener("click", (event) => {
  if (event.target.closest?.("a")) event.target.closest(".why-card")?.hidePopover();
});

// What is put into an answer goes where the caret is; and a hint opens what it speaks of.
document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest?.("[data-at-caret]");
    if (button?.form) button.form.elements.caret.value = String(button.form.elements.text.selectionStart);
    const opens = event.target.closest?.("[data-opens]");
    const opened = opens && document.getElementById(opens.dataset.opens);
    if (opened) opened.open = true;
  },
  true,
);

// Where a page was opened to write, one writes: after an answer was taken back, for example.
if (location.hash === "#text") document.getElementById("text")?.focus();

// A form is sent once: a second click while the first is on its way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 3000);
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) delete form.dataset.sent;
});
