"use strict";
// Hostile words that are covered: blurred, with a button that says so. Without this file they are folded away.

(() => {
  function cover(fold) {
    const words = fold.querySelector(".words").cloneNode(true);
    const place = document.createElement("div");
    place.className = "veiled";
    words.classList.add("blurred");
    words.setAttribute("aria-hidden", "true");
    words.inert = true;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = fold.dataset.blurs;
    button.addEventListener("click", () => {
      words.classList.remove("blurred");
      words.removeAttribute("aria-hidden");
      words.inert = false;
      words.tabIndex = -1;
      button.remove();
      words.focus({ preventScroll: true });
      if (!fold.dataset.seen) return;
      const body = new URLSearchParams({ csrf_token: fold.dataset.token, comment_id: fold.dataset.comment });
      fetch(fold.dataset.seen, { method: "POST", body }).catch(() => {});
    });
    place.append(button, words);
    fold.replaceWith(place);
  }

  const coverAll = () => document.querySelectorAll("details.veil").forEach(cover);
  coverAll();
  // Lists and conversations are put into the page later as well.
  new MutationObserver((changes) => {
    if (changes.some((change) => [...change.addedNodes].some((node) => node instanceof Element && (node.matches(".veil") || node.querySelector(".veil"))))) coverAll();
  }).observe(document.body, { childList: true, subtree: true });
})();
