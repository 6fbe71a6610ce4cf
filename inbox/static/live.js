"use strict";
// What happens elsewhere, shown without moving what one is reading. Everything works without this file.
// One tab of a browser holds the stream and passes it on to the others; where there is none, it is asked now and then.

(() => {
  const root = document.getElementById("live");
  if (!root) return;

  const POLLS_EVERY = 5000;
  const TRIES_AGAIN = 30000;
  const TOPICS = ["conversations", "reply", "presence", "notice", "alarm", "crisis", "sending", "anew"];
  const name = `inbox-live-${root.dataset.member}`;
  const me = Number(root.dataset.member);
  const teams = JSON.parse(root.dataset.teams);
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;
  const numbers = new Intl.NumberFormat(document.documentElement.lang);

  let last = Number(root.dataset.after);
  let leads = false;
  let catching = false;
  let early = [];
  let polling = 0;
  let out = false;

  // --- Hearing of it ---------------------------------------------------------------------------------------------

  function take(event) {
    if (event.id && event.topic !== "anew") {
      if (event.id <= last) return;
      last = event.id;
    }
    document.dispatchEvent(new CustomEvent(`live:${event.topic}`, { detail: event.data }));
  }

  function passOn(event) {
    take(event);
    channel?.postMessage(event);
  }

  channel?.addEventListener("message", ({ data }) => {
    if (catching) early.push(data);
    else take(data);
  });

  async function ask() {
    const response = await fetch(`${root.dataset.stream}?after=${last}`, { headers: { Accept: "application/json" } });
    if (response.status === 401 || response.redirected) return signedOut();
    if (!response.ok) return;
    const told = await response.json();
    if (told.anew) passOn({ topic: "anew", data: {} });
    else for (const event of told.events) passOn(event);
    last = Math.max(told.anew ? 0 : last, told.last);
  }

  // What was passed on before this page listened, or while it slept.
  async function catchUp() {
    if (catching || out) return;
    catching = true;
    try {
      await ask();
    } catch {
      // Out of reach: the next event, or the next look, tells.
    }
    catching = false;
    for (const event of early.splice(0)) take(event);
  }

  function poll(on) {
    clearInterval(polling);
    polling = on && !out ? setInterval(() => ask().catch(() => {}), POLLS_EVERY) : 0;
  }

  function connect() {
    if (out) return;
    const source = new EventSource(`${root.dataset.stream}?after=${last}${leads ? "&leads=1" : ""}`);
    source.addEventListener("open", () => poll(false));
    source.addEventListener("error", () => {
      // The browser tries again by itself, unless it was told that there is no room.
      poll(true);
      if (source.readyState !== EventSource.CLOSED) return;
      source.close();
      ask().catch(() => {});
      setTimeout(connect, TRIES_AGAIN);
    });
    for (const topic of TOPICS) {
      source.addEventListener(topic, (event) => {
        if (topic === "anew") last = Number(event.lastEventId) || last;
        passOn({ id: Number(event.lastEventId), topic, data: JSON.parse(event.data) });
      });
    }
    window.addEventListener("pagehide", () => source.close(), { once: true });
  }

  if (navigator.locks) {
    const lead = () =>
      new Promise(() => {
        leads = true;
        connect();
      });
    navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      if (lock) return lead();
      catchUp();
      navigator.locks.request(name, lead);
    });
  } else {
    connect();
  }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !leads && navigator.locks) catchUp();
  });
  window.addEventListener("pageshow", (event) => {
    // Brought back as it was left: its stream is closed, and what it shows is old.
    if (event.persisted) location.reload();
  });

  // --- Saying it -------------------------------------------------------------------------------------------------

  function happened(words, { href = location.href, label = root.dataset.show } = {}) {
    const place = document.getElementById("told-now");
    if ([...place.children].some((each) => each.dataset.words === words)) return;
    const line = document.createElement("p");
    line.className = "notice";
    line.dataset.words = words;
    const link = document.createElement("a");
    link.href = href;
    link.textContent = label;
    line.append(words, " ", link);
    place.append(line);
  }

  function signedOut() {
    out = true;
    poll(false);
    happened(root.dataset.out, { href: root.dataset.signIn });
    for (const link of document.querySelectorAll("#told-now a")) link.target = "_blank";
  }

  function ring(endpoint) {
    for (const bell of document.querySelectorAll(`[data-bell="${endpoint}"]`)) {
      const before = bell.textContent.trim();
      if (before.endsWith("+")) continue;
      bell.textContent = Number(before) >= 98 ? "99+" : String(Number(before) + 1);
      bell.hidden = false;
    }
  }

  document.addEventListener("live:notice", () => ring("notices.index"));
  document.addEventListener("live:alarm", () => ring("alarms.index"));
  document.addEventListener("live:sending", ({ detail }) => {
    happened(detail.held ? root.dataset.held : root.dataset.released);
  });
  document.addEventListener("live:crisis", () => happened(root.dataset.crisis));
  document.addEventListener("live:anew", () => happened(root.dataset.anew));

  // --- Counters and rows of the queue ----------------------------------------------------------------------------

  // The list beside a conversation is fetched after the page, and again when it is brought up to date.
  let news = null;
  let chosen = {};
  let state = "waiting";
  const fresh = new Set();
  function knowList() {
    news = document.getElementById("news");
    chosen = news ? JSON.parse(news.dataset.chosen) : {};
    state = chosen.state ?? "waiting";
    fresh.clear();
  }
  knowList();
  document.addEventListener("list:filled", knowList);
  let asking = 0;

  function shown() {
    return new Set([...document.querySelectorAll("li.line[data-author]")].map((row) => Number(row.dataset.author)));
  }

  function fits(row) {
    if (row.state !== state) return false;
    for (const each of ["account", "post"]) if (chosen[each] && Number(chosen[each]) !== row[each]) return false;
    for (const each of ["network", "kind", "language"]) if (chosen[each] && chosen[each] !== row[each]) return false;
    if (chosen.team && Number(chosen.team) !== row.team) return false;
    if (chosen.assignee === "me") return row.assignee === me || (row.assignee === null && teams.includes(row.team));
    if (chosen.assignee === "nobody") return row.assignee === null && row.team === null;
    return !chosen.assignee || Number(chosen.assignee) === row.assignee;
  }

  function showFresh() {
    if (!fresh.size) return;
    const link = document.createElement("a");
    link.href = news.dataset.again;
    const words = fresh.size === 1 ? root.dataset.newOne : root.dataset.newMany;
    const arrow = document.createElement("span");
    arrow.setAttribute("aria-hidden", "true");
    arrow.textContent = "↑";
    link.append(words.replace("{n}", numbers.format(fresh.size)), " ", arrow);
    news.replaceChildren(link);
  }

  function change(row) {
    for (const line of document.querySelectorAll(`li.line[data-author="${row.author}"]`)) {
      const taken = line.querySelector(".taken");
      taken.hidden = !row.by;
      taken.querySelector("bdi").textContent = row.by ?? "";
      const team = line.querySelector(".team-mark");
      if (team) {
        team.hidden = Boolean(row.by) || !row.of;
        team.querySelector(".team-name").textContent = row.of ?? "";
      }
      const settled = state === "waiting" && !row.waits;
      line.classList.toggle("settled", settled);
      let word = line.querySelector(".settled-word");
      if (settled && !word) {
        word = document.createElement("span");
        word.className = "fact settled-word";
        line.querySelector(".tags").append(word);
      }
      if (word) {
        word.textContent = root.dataset[row.state] ?? "";
        word.hidden = !settled;
      }
    }
  }

  document.addEventListener("live:conversations", ({ detail }) => {
    for (const [which, count] of Object.entries(detail.counters)) {
      for (const counter of document.querySelectorAll(`[data-counter="${which}"]`)) {
        counter.textContent = numbers.format(count);
      }
    }
    if (!news) return;
    if (state === "waiting") {
      const waiting = numbers.format(detail.counters.waiting);
      document.title = document.title.replace(/\s\([\d\s.,\u00a0\u202f’']+\)/u, ` (${waiting})`);
    }
    const known = shown();
    for (const row of detail.rows) {
      change(row);
      // What has which tag is not told row by row.
      if (chosen.tag && row.state === state) detail.more = true;
      else if (fits(row) && (row.new || !known.has(row.author))) fresh.add(row.author);
    }
    showFresh();
    if (detail.more) {
      // Too many to be told one by one: the server counts, not for every screen in the same moment.
      clearTimeout(asking);
      asking = setTimeout(() => htmx.trigger(news, "asked"), 500 + Math.random() * 2500);
    }
  });

  // --- Who else is there -----------------------------------------------------------------------------------------

  const present = new Map();

  document.addEventListener("live:presence", ({ detail }) => {
    if (detail.member === me) return;
    const here = present.get(detail.author) ?? new Map();
    present.set(detail.author, here);
    const key = `${detail.member} ${detail.conversation}`;
    if (detail.doing === "gone") here.delete(key);
    else here.set(key, detail);
    const writing = [...here.values()].filter((one) => one.doing === "typing");
    const names = [...new Set((writing.length ? writing : [...here.values()]).map((one) => one.by))];
    const listed = new Intl.ListFormat(document.documentElement.lang).format(names);
    const how = writing.length ? "writes" : "looks";
    const words = names.length ? root.dataset[`${how}${names.length === 1 ? "One" : "Many"}`] : "";
    for (const place of document.querySelectorAll(`[data-present-of="${detail.author}"]`)) {
      place.textContent = words.replace("{names}", listed);
    }
  });
})();
