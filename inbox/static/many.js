"use strict";
// Selecting many: with Shift from one to another, with x by keyboard, all that are shown; and, among prepared replies,
// on to the next one that is not ticked. Everything works without this file.

(() => {
  const boxes = () => [...document.querySelectorAll('#rows .pick input[type="checkbox"]')];
  let last = null;

  function tell() {
    const form = document.getElementById("many");
    const place = form?.querySelector(".how-many");
    if (!place) return;
    for (const button of form.querySelectorAll("[data-picks]")) button.hidden = false;
    const count = boxes().filter((box) => box.checked).length;
    const numbers = new Intl.NumberFormat(document.documentElement.lang);
    const words = count === 1 ? place.dataset.one : place.dataset.many.replace("{n}", numbers.format(count));
    place.querySelector("[data-count]").textContent = form.elements.all.checked ? place.dataset.everybody : words;
  }

  function pick(box, on) {
    box.checked = on;
    last = box;
    tell();
  }

  document.addEventListener("click", (event) => {
    const box = event.target.closest?.(".pick input");
    if (box) {
      const all = boxes();
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((one, other) => one - other);
      if (event.shiftKey && from >= 0) for (const each of all.slice(from, to + 1)) each.checked = box.checked;
      pick(box, box.checked);
      return;
    }
    const picks = event.target.closest?.("[data-picks]");
    if (picks) {
      for (const each of boxes()) each.checked = picks.dataset.picks === "all";
      if (picks.dataset.picks === "none") picks.form.elements.all.checked = false;
      tell();
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.form?.id === "many") tell();
  });
  document.addEventListener("list:filled", tell);
  window.addEventListener("pageshow", tell);

  document.addEventListener("row:pick", () => {
    const row = document.activeElement?.closest?.("#rows .line") ?? document.querySelector("#rows .line:has([aria-current])");
    const box = row?.querySelector(".pick input");
    if (box) pick(box, !box.checked);
  });

  // --- Prepared replies ----------------------------------------------------------------------------------------------

  const list = document.getElementById("to-tick");
  if (!list) return;

  // Somebody else did something about a person: whoever is out is said to be so at once; nothing else moves.
  const LOOKS_AFTER = 1500; // Milliseconds, so that what was typed last is saved.
  async function look(author) {
    const card = list.querySelector(`[data-author="${author}"]`);
    if (!card || card.dataset.looking) return;
    card.dataset.looking = "yes";
    await new Promise((done) => setTimeout(done, LOOKS_AFTER));
    const response = await fetch(card.dataset.look, { headers: { "HX-Request": "true" } }).catch(() => null);
    delete card.dataset.looking;
    if (!response?.ok || response.redirected) return;
    const found = new DOMParser().parseFromString(await response.text(), "text/html");
    const out = found.querySelector(".prepared-out");
    if (!out) return;
    card.replaceWith(document.adoptNode(out));
    const tally = found.querySelector("#tally");
    if (tally) document.getElementById("tally").textContent = tally.textContent;
  }
  for (const topic of ["conversations", "presence"]) {
    document.addEventListener(`live:${topic}`, ({ detail }) => {
      for (const row of detail.rows ?? [detail]) look(row.author);
    });
  }
  let ticked = null; // The place of the reply that is being ticked, so that the next one is gone on with.
  list.addEventListener("submit", (event) => {
    const cards = [...list.children];
    ticked = (event.submitter?.value ?? "tick") === "tick" ? cards.indexOf(event.target.closest("li")) : null;
  });
  new MutationObserver(() => {
    const card = ticked === null ? null : list.children[ticked];
    if (!card || card.querySelector(".problem")) return;
    const following = [...list.children].slice(ticked + 1).find((each) => !each.classList.contains("is-ticked") && each.querySelector("textarea"));
    ticked = null;
    following?.querySelector("textarea").focus();
    following?.scrollIntoView({ block: "nearest" });
  }).observe(list, { childList: true });
})();
