"use strict";
// How wide the panes are: dragged, or moved by the arrow keys, and remembered on this browser.

for (const sash of document.querySelectorAll("[data-sash]")) {
  const name = sash.dataset.sash;
  const least = Number(sash.dataset.least);
  const most = Number(sash.dataset.most);
  const usual = Number(sash.dataset.usual);
  let width = Number(localStorage.getItem(name)) || usual;

  const put = (wanted, keep = true) => {
    width = Math.round(Math.min(most, Math.max(least, wanted)));
    sash.parentElement.style.setProperty(name, `${width}px`);
    sash.setAttribute("aria-valuenow", String(width));
    if (keep) localStorage.setItem(name, String(width));
  };

  sash.hidden = false;
  sash.setAttribute("aria-valuemin", String(least));
  sash.setAttribute("aria-valuemax", String(most));
  put(width, false);

  sash.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -16, ArrowRight: 16 }[event.key];
    if (step) put(width + step);
    else if (event.key === "Home") put(least);
    else if (event.key === "End") put(most);
    else return;
    event.preventDefault();
  });
  sash.addEventListener("dblclick", () => put(usual));
  sash.addEventListener("pointerdown", (event) => {
    const from = event.clientX - width;
    sash.setPointerCapture(event.pointerId);
    document.body.classList.add("resizing");
    const drag = (moved) => put(moved.clientX - from);
    sash.addEventListener("pointermove", drag);
    sash.addEventListener(
      "lostpointercapture",
      () => {
        document.body.classList.remove("resizing");
        sash.removeEventListener("pointermove", drag);
      },
      { once: true },
    );
  });
}
