"use strict";
// Comfort only: the tour works without this file. The card is reached at once by keyboard and said aloud, without moving
// what the address points at; Escape in it stops the tour.

const card = document.getElementById("tour");
if (card) {
  card.focus({ preventScroll: true });
  card.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    card.querySelector("form[data-stops-tour]").requestSubmit();
  });
}
