"use strict";
// Comfort only: the tour works without this file. The card is reached at once by keyboard and said aloud, without moving
// what the address points at; Escape in it stops the tour, and what is being typed on the page stays.

const card = document.getElementById("tour");
if (card) {
  // Going to what the address points at takes the focus away, and is done with the first picture of a loaded page.
  const focus = () => card.focus({ preventScroll: true });
  addEventListener("load", () => requestAnimationFrame(() => requestAnimationFrame(focus)));

  const stops = card.querySelector("form[data-stops-tour]");
  card.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    stops.requestSubmit();
  });
  stops.addEventListener("submit", async (event) => {
    // Who came to the end goes home; who stops stays where they are.
    if (!stops.elements.next) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(stops));
    const answer = await fetch(stops.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (answer?.type !== "opaqueredirect") return stops.submit();
    card.remove();
    document.getElementById("main").focus({ preventScroll: true });
  });
}
