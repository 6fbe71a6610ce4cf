"use strict";
// On a wide screen the list stays beside the conversation: who is opened from it replaces the conversation alone.
// Without this file, and on a small screen, every link is an ordinary page.

(() => {
  const panes = document.getElementById("panes");
  if (!panes) return;

  const wide = matchMedia("(min-width: 1200px)");
  const list = document.getElementById("list");
  const open = document.getElementById("open");
  const CONVERSATION = /^\/conversations\/\d+$/;
  let asked = null; // What is being fetched; whoever opens somebody else meanwhile does not wait for it.
  const here = () => location.pathname + location.search;
  let shownAt = here();

  // --- The list ----------------------------------------------------------------------------------------------------

  // Where it was scrolled to is remembered for as long as the tab is open, for each list its own place.
  const place = () => `list ${new URLSearchParams(location.search)}`;

  function mark() {
    const author = document.getElementById("at-work")?.dataset.author;
    for (const row of list.querySelectorAll("li.line[data-author] > a")) {
      if (author && row.parentElement.dataset.author === author) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
    list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  async function fill() {
    if (!list.dataset.list) return;
    const response = await fetch(list.dataset.list, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!response?.ok || response.redirected) return;
    list.innerHTML = await response.text();
    htmx.process(list);
    list.scrollTop = Number(sessionStorage.getItem(place()) ?? 0);
    mark();
    list.dispatchEvent(new CustomEvent("list:filled", { bubbles: true }));
  }

  list.addEventListener("scroll", () => sessionStorage.setItem(place(), String(list.scrollTop)), { passive: true });
  wide.addEventListener("change", () => wide.matches && !list.children.length && fill());
  if (wide.matches) {
    if (list.dataset.list) fill();
    else {
      list.scrollTop = Number(sessionStorage.getItem(place()) ?? 0);
      mark();
    }
  }

  // --- The conversation --------------------------------------------------------------------------------------------

  async function show(address, { push = true } = {}) {
    asked?.abort();
    asked = new AbortController();
    const mine = asked;
    document.body.dataset.opening = "yes";
    let response;
    let text;
    try {
      response = await fetch(address, { headers: { "HX-Request": "true" }, signal: asked.signal });
      text = await response.text();
    } catch (problem) {
      if (problem.name !== "AbortError") location.href = address;
      return;
    }
    const shown = new URL(response.url);
    const found = new DOMParser().parseFromString(text, "text/html");
    if (!response.ok || !CONVERSATION.test(shown.pathname) || !found.querySelector(".conversation")) {
      location.href = address;
      return;
    }
    document.dispatchEvent(new CustomEvent("pane:leaving"));
    if (push) history.pushState({}, "", shown.pathname + shown.search);
    shownAt = here();
    document.title = found.title;
    open.replaceChildren(...document.adoptNode(found.body).childNodes);
    htmx.process(open);
    open.scrollTop = 0;
    document.querySelector(".was-answered")?.remove();
    mark();
    document.getElementById("who")?.focus({ preventScroll: true });
    if (mine === asked) delete document.body.dataset.opening;
    document.dispatchEvent(new CustomEvent("pane:opened"));
  }

  document.addEventListener("click", (event) => {
    if (!wide.matches || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest?.("#list a, #open a");
    if (!link || link.target || link.hasAttribute("hx-get") || link.origin !== location.origin) return;
    if (link.closest("#news") && list.dataset.list) {
      event.preventDefault();
      fill();
    } else if (!link.hash && (CONVERSATION.test(link.pathname) || link.hasAttribute("data-next"))) {
      if (new URLSearchParams(link.search).has("about")) return;
      event.preventDefault();
      show(link.href);
    }
  });

  // Back and forward: the conversation that the address names, or the page as it was.
  // A link to a place in this very page is no other conversation: what it unfolds stays open.
  window.addEventListener("popstate", () => {
    if (here() === shownAt) return;
    if (CONVERSATION.test(location.pathname) && wide.matches) show(location.href, { push: false });
    else location.reload();
  });
})();
