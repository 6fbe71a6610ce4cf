"use strict";
// The palette: the people of the list, every place, and what can be done here, found by a few letters of their names.

(() => {
  const MOST = 40;
  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  // How well `words` are found in `name`: whole at the beginning, at the beginning of a word, within, or only its
  // letters one after the other; -1 where they are not.
  function score(name, words) {
    if (!words) return 0;
    const at = name.indexOf(words);
    if (at === 0) return 4;
    if (at > 0) return /\s/u.test(name[at - 1]) ? 3 : 2;
    let from = 0;
    for (const letter of words.replace(/\s/gu, "")) {
      from = name.indexOf(letter, from) + 1;
      if (!from) return -1;
    }
    return 1;
  }

  function entries(box) {
    const { person, place, deed } = box.querySelector("#palette-options").dataset;
    const deeds = [...box.querySelectorAll("[data-deeds] > li")]
      .filter((each) => document.querySelector(each.dataset.needs))
      .map((each) => ({ name: each.textContent, kind: deed, go: () => document.dispatchEvent(new CustomEvent("deed", { detail: each.dataset.key })) }));
    const people = [...document.querySelectorAll("#rows .line > a")].map((row) => ({
      name: row.querySelector(".name").textContent,
      kind: person,
      go: () => row.click(),
    }));
    const places = [...document.querySelectorAll("#rail .places a, #rail .foot a")].map((link) => ({
      name: [...link.childNodes].filter((node) => !node.classList?.contains("count")).map((node) => node.textContent).join("").trim(),
      kind: place,
      go: () => link.click(),
    }));
    return [...deeds, ...people, ...places];
  }

  function choose(box, option) {
    const words = box.querySelector("input");
    for (const each of box.querySelectorAll("[role=option]")) each.setAttribute("aria-selected", String(each === option));
    if (!option) return words.removeAttribute("aria-activedescendant");
    words.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function list(box) {
    const words = folded(box.querySelector("input").value.trim());
    const found = box.entries
      .map((entry) => ({ entry, rank: score(folded(entry.name), words) }))
      .filter(({ rank }) => rank >= 0)
      .sort((one, other) => other.rank - one.rank)
      .slice(0, MOST);
    const options = found.map(({ entry }, index) => {
      const option = document.createElement("li");
      option.id = `palette-${index}`;
      option.setAttribute("role", "option");
      const name = document.createElement("bdi");
      name.textContent = entry.name;
      const kind = document.createElement("span");
      kind.className = "soft";
      kind.textContent = entry.kind;
      option.append(name, " ", kind);
      option.go = entry.go;
      return option;
    });
    box.querySelector("#palette-options").replaceChildren(...options);
    const status = box.querySelector("[role=status]");
    const said = { 0: status.dataset.none, 1: status.dataset.one }[options.length] ?? status.dataset.many;
    status.textContent = said.replace("{n}", String(options.length));
    choose(box, options[0]);
  }

  function go(box, option) {
    if (!option) return;
    box.close();
    option.go();
  }

  document.addEventListener("dialog:shown", ({ target: box }) => {
    if (box.id !== "palette") return;
    box.entries = entries(box);
    box.querySelector("input").value = "";
    list(box);
    if (box.dataset.ready) return;
    box.dataset.ready = "yes";
    box.addEventListener("input", () => list(box));
    box.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const options = [...box.querySelectorAll("[role=option]")];
      const at = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
      if (event.key === "ArrowDown") choose(box, options[(at + 1) % options.length]);
      else if (event.key === "ArrowUp") choose(box, options[(at - 1 + options.length) % options.length]);
      else if (event.key === "Enter") go(box, options[at]);
      else return;
      event.preventDefault();
    });
    box.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) go(box, option);
      else if (event.target === box) box.close();
    });
  });
})();
