"use strict";
// While an answer is written: it is saved as it is typed, colleagues see who is at it, and what they do meanwhile is said
// above the composer. And the countdown before a reply leaves, wherever one is. Everything works without this file.

(() => {
  const SAVES_AFTER = 700; // Milliseconds without typing.
  const TELLS_EVERY = 4000; // That somebody is writing.
  const IS_THERE_EVERY = 10000;
  const TRIES_AGAIN = 2000;

  const me = Number(document.getElementById("live")?.dataset.member);

  // --- The countdown ---------------------------------------------------------------------------------------------

  function countDown(place) {
    if (place.dataset.counts) return;
    place.dataset.counts = "yes";
    const end = performance.now() + Number(place.dataset.leavesIn) * 1000;
    const tick = () => {
      const left = Math.ceil((end - performance.now()) / 1000);
      if (!place.isConnected || place.dataset.settled) return;
      if (left > 0) {
        place.textContent = place.dataset.words.replace("{n}", String(left));
        setTimeout(tick, 250);
      } else {
        place.textContent = place.dataset.gone;
        const form = place.closest("form[data-leaving]");
        if (form) {
          form.querySelector("button").hidden = true;
          setTimeout(() => form.remove(), 4000);
        }
      }
    };
    tick();
  }

  const countAll = () => document.querySelectorAll("[data-leaves-in]").forEach(countDown);
  countAll();

  document.addEventListener("live:reply", ({ detail }) => {
    const form = document.querySelector(`form[data-leaving="${detail.reply}"]`);
    if (!form) return;
    if (detail.state === "withdrawn" && detail.held?.startsWith("stopped_")) {
      const place = document.getElementById("leaving");
      const link = document.createElement("a");
      link.href = form.dataset.conversation;
      link.textContent = place.dataset.open;
      const words = document.createElement("p");
      words.append(detail.held === "stopped_answered" ? place.dataset.answered : place.dataset.wrote, " ", link);
      form.replaceChildren(words);
      form.classList.add("stopped");
    } else if (detail.state !== "queued") {
      form.remove();
    }
  });

  // One desk at a time: beside the list, whoever is opened next has another.
  let leave = null;
  function take() {
    const desk = document.getElementById("at-work");
    countAll();
    if (desk) leave = sit(desk);
    showNewest();
  }

  // A long conversation opens at what they wrote last, as far as the composer leaves it room.
  function showNewest() {
    const last = [...document.querySelectorAll("#thread .message.comment")].at(-1);
    const below = document.getElementById("desk");
    if (location.hash || !last || !below) return;
    const room = last.closest(".talk");
    const scrolls = [room, room?.closest(".pane-open"), document.scrollingElement].find(
      (each) => each && each.scrollHeight > each.clientHeight + 1 && getComputedStyle(each).overflowY !== "visible",
    ) ?? document.scrollingElement;
    const ends = below.querySelector(".composer") ? below.getBoundingClientRect().top : innerHeight;
    const hidden = last.getBoundingClientRect().bottom - ends;
    if (hidden > 0) scrolls.scrollTop += hidden + 8;
  }
  document.addEventListener("pane:leaving", () => {
    leave?.();
    leave = null;
  });
  document.addEventListener("pane:opened", take);

  function sit(desk) {
    const up = new AbortController(); // From the desk: nothing is heard or told any more.
    const signal = up.signal;

    // --- Saving what is typed --------------------------------------------------------------------------------------

    const screen = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    let token = desk.dataset.token;
    let number = Number(desk.dataset.number);
    let unsaved = false; // Something was typed that the server has not.
    let saving = false;
    let lost = false; // The last save did not get through.
    let leaving = false; // The answer is being sent: what is saved now would come back to life.
    let timer = 0;
    let toldTyping = -Infinity;

    const form = () => document.getElementById("composer");

    function say(words, trouble = false) {
      const place = form()?.querySelector("[data-saved]");
      if (!place) return;
      place.textContent = words;
      place.classList.toggle("trouble", trouble);
    }

    function draftOf() {
      const fields = form().elements;
      const body = new URLSearchParams({ csrf_token: token, screen, number: String(number) });
      for (const name of ["text", "form_key", "template_id", "template_version_id", "filled"]) body.set(name, fields[name].value);
      if (fields.holding?.checked) body.set("holding", "yes");
      return body;
    }

    function typed() {
      if (leaving || !form()) return;
      unsaved = true;
      clearTimeout(timer);
      // The first letter is told at once, since it takes the person on.
      timer = setTimeout(save, performance.now() - toldTyping > TELLS_EVERY && !lost ? 0 : SAVES_AFTER);
    }

    async function save() {
      clearTimeout(timer);
      if (saving || !unsaved || !form()) return !unsaved;
      saving = true;
      unsaved = false;
      const body = draftOf();
      if (performance.now() - toldTyping > TELLS_EVERY) {
        body.set("typing", "yes");
        toldTyping = performance.now();
      }
      let done = false;
      try {
        done = await answered(await fetch(desk.dataset.draft, { method: "POST", body }));
      } catch {
        toldTyping = -Infinity;
        troubled(desk.dataset.lost);
      }
      saving = false;
      if (unsaved && !leaving) timer = setTimeout(save, lost ? TRIES_AGAIN : SAVES_AFTER);
      return done && !unsaved;
    }

    async function answered(response) {
      if (response.ok) {
        const { number: kept, saved, taken_by: by } = await response.json();
        number = kept;
        lost = false;
        say(saved);
        if (by !== undefined) whoHas(by ? desk.dataset.takenBy.replace("{names}", by) : "");
        return true;
      }
      if (response.status === 409) {
        const { number: kept, text } = await response.json();
        number = kept;
        elsewhere(text);
        unsaved = true;
        return false;
      }
      if (response.status === 413 || response.status === 422 || (response.status === 400 && isJson(response))) {
        const { said } = isJson(response) ? await response.json() : {};
        say(desk.dataset.unsaved.replace("{why}", said ?? ""), true);
        return false;
      }
      if (response.status === 401 || response.status === 403) troubled(document.getElementById("live").dataset.out);
      else troubled(desk.dataset.lost);
      if (response.status === 400 || response.status === 401) await freshToken();
      return false;
    }

    const isJson = (response) => (response.headers.get("Content-Type") ?? "").startsWith("application/json");

    function troubled(words) {
      unsaved = true;
      lost = true;
      say(words, true);
    }

    // After signing in again, in another tab, the form has another token.
    async function freshToken() {
      const response = await fetch(location.pathname);
      if (!response.ok || response.redirected) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const found = page.getElementById("at-work")?.dataset.token;
      if (!found) return;
      token = found;
      for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = token;
    }

    function elsewhere(text) {
      const place = document.querySelector("[data-fresh]");
      let block = place.querySelector(".elsewhere");
      if (!block) {
        block = document.createElement("div");
        block.className = "elsewhere";
        place.append(block);
      }
      const quote = document.createElement("blockquote");
      quote.dir = "auto";
      quote.textContent = text;
      block.replaceChildren(desk.dataset.elsewhere, quote);
    }

    document.addEventListener("input", (event) => {
      if (event.target.closest?.("#composer") && event.target.name !== "q") typed();
    }, { signal });
    // What was unfolded by writing stays so: nothing moves under the finger that goes on to a button.
    document.addEventListener("focusin", (event) => {
      if (event.target.id === "text") form()?.classList.add("is-begun");
    }, { signal });
    // A template that was put in is typed as well: the composer is swapped as a whole.
    const observer = new MutationObserver((changes) => {
      const added = changes.flatMap((change) => [...change.addedNodes]);
      if (added.some((node) => node.id === "composer")) typed();
      if (added.some((node) => node instanceof Element && node.querySelector?.("[data-leaves-in]"))) countAll();
    });
    observer.observe(document.querySelector(".talk"), { childList: true, subtree: true });

    // Nothing is sent over a connection that is lost: the words stay here, and are sent once they could be saved.
    document.addEventListener(
      "submit",
      (event) => {
        if (event.target !== form()) return;
        const deed = event.submitter?.getAttribute("formaction");
        if (deed) return;
        if (lost || !navigator.onLine) {
          event.preventDefault();
          event.stopImmediatePropagation();
          unsaved = true;
          troubled(desk.dataset.lost);
          save().then((saved) => saved && form().requestSubmit(event.submitter ?? undefined));
          return;
        }
        leaving = true;
        clearTimeout(timer);
      },
      { capture: true, signal },
    );
    window.addEventListener("online", () => save(), { signal });
    window.addEventListener("beforeunload", (event) => {
      if (unsaved && lost && !leaving) event.preventDefault();
    }, { signal });

    // --- Being there -----------------------------------------------------------------------------------------------

    function tell(doing) {
      const body = new URLSearchParams({ csrf_token: token, doing });
      if (doing === "gone") return navigator.sendBeacon(desk.dataset.presence, body);
      return fetch(desk.dataset.presence, { method: "POST", body }).catch(() => {});
    }

    tell("looking");
    const telling = setInterval(() => tell("looking"), IS_THERE_EVERY);
    function away() {
      if (unsaved && !leaving && form()) navigator.sendBeacon(desk.dataset.draft, draftOf());
      tell("gone");
    }
    window.addEventListener("pagehide", away, { signal });

    // --- What colleagues do meanwhile ------------------------------------------------------------------------------

    const here = Number(desk.dataset.conversation);
    const author = Number(desk.dataset.author);
    const known = new Set();
    let comments = 0;

    function whoHas(words) {
      document.querySelector("[data-who-has]").textContent = words;
    }

    // Who answers stands at the side too; a form that somebody is in is left alone.
    let sideTimer = 0;
    function showWhoAnswers() {
      clearTimeout(sideTimer);
      sideTimer = setTimeout(async () => {
        const side = document.getElementById("who-answers");
        const isLeftAlone = () => !side?.isConnected || side.contains(document.activeElement) || side.querySelector("details[open]");
        if (isLeftAlone()) return;
        const response = await fetch(`/conversations/${here}${location.search}`, { signal }).catch(() => null);
        if (!response?.ok || response.redirected) return;
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const found = page.getElementById("who-answers");
        if (!found || isLeftAlone()) return;
        side.replaceWith(document.adoptNode(found));
        htmx.process(found);
      }, 400);
    }

    function showNew() {
      const words = document.getElementById("live").dataset;
      const place = document.querySelector("[data-fresh]");
      let button = place.querySelector("button");
      if (!button) {
        button = document.createElement("button");
        button.type = "button";
        place.append(button);
        button.addEventListener("click", () => {
          button.remove();
          comments = 0;
          htmx.ajax("GET", desk.dataset.thread, { target: "#thread", swap: "outerHTML" });
        });
      }
      button.textContent = (comments === 1 ? words.newOne : words.newMany).replace("{n}", String(comments));
    }

    document.addEventListener("live:conversations", ({ detail }) => {
      for (const row of detail.rows) {
        if (row.id === here && row.new) {
          comments += 1;
          showNew();
        }
        if (row.author === author) showWhoAnswers();
        if (row.author === author && row.assignee && row.assignee !== me) {
          whoHas(desk.dataset.has.replace("{names}", row.by));
        } else if (row.author === author) whoHas("");
      }
    }, { signal });

    document.addEventListener("live:reply", ({ detail }) => {
      if (detail.conversation !== here) return;
      if (detail.member === me) {
        // Stopped, or undone on another screen: its words are in the composer now, so that it is fetched anew.
        if (detail.state === "withdrawn" && detail.held?.startsWith("stopped_") && !form()?.elements.text.value.trim()) {
          leaving = true;
          location.reload();
        } else if (detail.state !== "queued") {
          htmx.ajax("GET", desk.dataset.thread, { target: "#thread", swap: "outerHTML" });
        }
        return;
      }
      if (known.has(detail.reply) || !["queued", "submitted", "sending", "sent"].includes(detail.state)) return;
      known.add(detail.reply);
      const upTo = document.querySelector('#thread [name="answered_up_to"]')?.value ?? "0";
      const asks = new URL(desk.dataset.meanwhile, location.href);
      asks.searchParams.set("answered_up_to", upTo);
      htmx.ajax("GET", asks.pathname + asks.search, { target: "#meanwhile", swap: "innerHTML" });
    }, { signal });

    // Once it was read, the thread above shows it, and what is sent from here is sent knowing it.
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("[data-has-read]");
      if (link) setTimeout(() => link.closest(".meanwhile")?.parentElement?.replaceChildren(), 0);
    }, { signal });

    return () => {
      away();
      up.abort();
      observer.disconnect();
      clearInterval(telling);
      clearTimeout(sideTimer);
      clearTimeout(timer);
      unsaved = false;
    };
  }

  take();
})();
