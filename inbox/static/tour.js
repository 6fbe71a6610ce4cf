"use strict";
// Comfort only: the tour works without this file. The card is reached at once by keyboard and said aloud, without moving
// what the address points at; Escape in it stops the tour.

const card = document.getElementById("tour");
if (card) {
  // Going to what the address points at takes the focus away, and is done with the first picture of a loaded page.
  const focus = () => card.focus({ preventScroll: true });
  addEventListener("load", () => requestAnimationFrame(() => requestAnimationFrame(focus)));
  card.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    card.querySelector("form[data-stops-tour]").requestSubmit();
  });
}
