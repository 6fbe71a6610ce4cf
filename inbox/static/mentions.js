"use strict";
// In a note, @ offers the names of colleagues. Without this file they are typed.

(() => {
  const MOST = 6;
  let serial = 0;

  const folded = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  // The @ that is being typed at the caret, with what stands behind it; an @ inside a word is none.
  function typedAt(text) {
    const before = text.value.slice(0, text.selectionStart);
    const at = before.lastIndexOf("@");
    if (at < 0 || /[\p{L}\p{N}]/u.test(before[at - 1] ?? "")) return null;
    const words = before.slice(at + 1);
    return words.length > 40 || /[\n@]/.test(words) ? null : { at, words: folded(words) };
  }

  function offer(text) {
    const names = JSON.parse(text.dataset.mentions);
    if (!names.length || text.closest(".mentioning")) return;
    serial += 1;
    const place = document.createElement("span");
    place.className = "mentioning";
    const list = document.createElement("ul");
    list.id = `mentions-${serial}`;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", text.dataset.mentionsLabel);
    const told = document.createElement("span");
    told.className = "unseen-label";
    told.setAttribute("role", "status");
    const had = document.activeElement === text;
    text.before(place);
    place.append(text, list, told);
    if (had) text.focus();
    text.setAttribute("aria-autocomplete", "list");
    text.setAttribute("aria-controls", list.id);

    const options = () => [...list.children];
    const chosen = () => list.querySelector('[aria-selected="true"]');

    function choose(option) {
      for (const each of options()) each.setAttribute("aria-selected", String(each === option));
      text.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    function close() {
      list.hidden = true;
      told.textContent = "";
      text.removeAttribute("aria-activedescendant");
    }

    function show() {
      const typed = typedAt(text);
      const found = typed
        ? names.filter((name) => folded(name).split(/\s+/).some((part) => part.startsWith(typed.words)) || folded(name).startsWith(typed.words))
        : [];
      if (!found.length || (found.length === 1 && folded(found[0]) === typed.words)) return close();
      list.replaceChildren(
        ...found.slice(0, MOST).map((name, place) => {
          const option = document.createElement("li");
          option.id = `${list.id}-${place}`;
          option.setAttribute("role", "option");
          option.textContent = name;
          return option;
        }),
      );
      list.hidden = false;
      told.textContent = text.dataset.mentionsFound.replace("{n}", String(options().length));
      choose(options()[0]);
    }

    function put(option) {
      const typed = typedAt(text);
      if (!typed) return close();
      const caret = text.selectionStart;
      text.setRangeText(`@${option.textContent} `, typed.at, caret, "end");
      close();
      text.focus();
    }

    text.addEventListener("input", show);
    text.addEventListener("blur", close);
    text.addEventListener("keydown", (event) => {
      if (list.hidden || event.isComposing) return;
      const every = options();
      const at = every.indexOf(chosen());
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        choose(every[(at + (event.key === "ArrowDown" ? 1 : every.length - 1)) % every.length]);
      } else if (event.key === "Enter" || event.key === "Tab") {
        put(chosen());
      } else if (event.key === "Escape") {
        close();
      } else {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    });
    // Before the field loses the focus to the list.
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest('[role="option"]');
      if (option) put(option);
    });
  }

  const every = () => document.querySelectorAll("textarea[data-mentions]").forEach(offer);
  every();
  document.addEventListener("pane:opened", every);
})();
