"use strict";
// Everything in the queue and in a conversation by keyboard. Single letters count only while nothing is being typed,
// and not at all where the reader has switched them off.

(() => {
  const rail = document.getElementById("rail");
  if (!rail) return;

  const GOES_FOR = 1500; // Milliseconds in which a letter after `g` is a place.
  const off = document.body.dataset.keys === "off";
  const find = (selector) => document.querySelector(selector);
  let goes = -Infinity;
  let meant = null; // What was struck while somebody was being opened.

  const isSeen = (element) => element.getClientRects().length > 0;
  const types = (element) =>
    element?.closest?.('textarea, select, [contenteditable], input:not([type="checkbox"], [type="radio"], [type="submit"], [type="button"])');
  const isBusy = () => find("dialog[open]") || find("[popover]:popover-open");

  for (const hint of document.querySelectorAll("[data-with-keys]")) hint.hidden = off;

  // --- Moving ------------------------------------------------------------------------------------------------------

  function step(by) {
    const rows = [...document.querySelectorAll("#rows .line > a, #people h2 ~ * a")].filter(isSeen);
    if (!rows.length) return by > 0 ? find("[data-next]")?.click() : undefined;
    const at = rows.indexOf(document.activeElement.closest?.(".line > a") ?? find("#rows [aria-current]"));
    const next = rows[at < 0 ? 0 : at + by];
    if (next) {
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    } else if (by > 0) {
      find("#onward a")?.focus();
    }
  }

  // --- Deeds -------------------------------------------------------------------------------------------------------

  function unfold(selector, focused) {
    const place = find(selector);
    for (let each = place?.closest("details"); each; each = each.parentElement.closest("details")) each.open = true;
    const field = place && (focused ? place.querySelector(focused) : place);
    field?.focus();
    field?.scrollIntoView({ block: "nearest" });
  }

  function write() {
    const text = find("#text");
    text?.focus();
    text?.setSelectionRange(text.value.length, text.value.length);
    text?.scrollIntoView({ block: "nearest" });
  }

  function look() {
    const finder = find("[data-opens-finder]");
    if (finder) {
      finder.click();
      return;
    }
    const field = [...document.querySelectorAll('input[type="search"]')].find(isSeen);
    if (field) field.focus();
    else if (rail.dataset.search) location.href = rail.dataset.search;
  }

  const DEEDS = {
    j: () => step(1),
    k: () => step(-1),
    r: write,
    "/": look,
    a: () => find('button[name="to"][value="me"]')?.click(),
    A: () => unfold("#hand-over", "select"),
    e: () => unfold("#snooze", "button"),
    n: () => unfold("#note"),
    u: () => find('[data-key="u"]')?.click(),
    z: () => find(".leaving button")?.click(),
    x: () => document.dispatchEvent(new Event("row:pick")),
    t: () => unfold("#tag-word"),
    next: () => find("[data-next]")?.click(),
    g: () => (goes = performance.now()),
    "?": () => dialog("keys"),
  };

  // --- The sheet and the palette, fetched when they are asked for first ---------------------------------------------

  let fetched = null;

  async function dialog(id) {
    fetched ??= fetch(rail.dataset.keyboard, { headers: { "HX-Request": "true" } }).then(async (response) => {
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      const place = document.createElement("div");
      place.innerHTML = await response.text();
      document.body.append(place);
    });
    try {
      await fetched;
    } catch {
      fetched = null;
      location.href = rail.dataset.keyboard;
      return;
    }
    const found = document.getElementById(id);
    if (isBusy()) return;
    found.showModal();
    found.querySelector("[data-closes]")?.addEventListener("click", () => found.close(), { once: true });
    found.dispatchEvent(new CustomEvent("dialog:shown", { bubbles: true }));
  }

  document.addEventListener("pane:opened", () => {
    if (meant) DEEDS[meant]();
    meant = null;
  });

  document.addEventListener("deed", ({ detail }) => DEEDS[detail]?.());

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      dialog("palette");
      return;
    }
    if (event.key === "Escape" && event.target.closest?.(".conversation") && types(event.target)) {
      find("#who")?.focus({ preventScroll: true });
      return;
    }
    if (off || event.ctrlKey || event.metaKey || event.altKey || types(event.target) || isBusy()) return;
    if (performance.now() - goes < GOES_FOR) {
      goes = -Infinity;
      const place = event.key === "s" ? rail.dataset.search : find(`[data-go="${CSS.escape(event.key)}"]`)?.href;
      if (place) {
        event.preventDefault();
        location.href = place;
      }
      return;
    }
    if (event.key.length !== 1 || !(event.key in DEEDS)) return;
    event.preventDefault();
    if (document.body.dataset.opening) {
      // Whom it is meant for is on the way: to write to them is remembered, anything else would be a guess.
      meant ??= event.key === "r" || event.key === "/" ? event.key : null;
      return;
    }
    DEEDS[event.key]();
  });
})();
