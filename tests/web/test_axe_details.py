"""WCAG 2.2 AA on every other page: details, forms that were refused, empty pages; everything on them unfolded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from inbox import clock, members
from inbox.answering import (
    apologies,
    conversations,
    escalations,
    facts,
    lines,
    many,
    reassuring,
    replies,
    saved_views,
    templates,
)
from inbox.collecting import alarms, declarations, erasure
from inbox.connectors.shapes import Presence
from inbox.crisis import crises
from inbox.extensions import writing
from inbox.measuring import export_asking
from inbox.measuring.exports import FileFormat, FileOptions
from inbox.measuring.hours_setting import set_hours
from inbox.measuring.report_rows import ReportQuery
from inbox.models import Comment, CommentState, Concern, DeedOfMany, Ground, ReplyKind
from inbox.notices import duty
from inbox.permissions import WORKER, Actor, Role
from tests.conftest import MakeMember
from tests.scenes import OFFICE, Scene
from tests.web import approving
from tests.web.conftest import Open
from tests.web.test_axe import LOOKS, RULES, WIDE, _addresses, found_by_axe

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)

CM, CHIEF, ADMIN = "cm", "chief", "admin"

DETAILS = {
    CM: (
        *(
            "/",
            "/queue/following-up",
            "/queue/following-up?owner=me",
            "/queue?alike=1",
            "/queue?view=1",
            "/queue?state=snoozed",
            "/queue/many/1",
        ),
        *(
            "/conversations/1",
            "/conversations/2?about=2",
            "/conversations/1/declare",
            "/conversations/1/comments/1/triage",
        ),
        *(
            "/templates/new",
            "/templates/1",
            "/templates/1/versions",
            "/templates/files",
            "/replies/approvals",
        ),
        *("/apologies/new", "/apologies/1", "/apologies/2", "/apologies/3", "/facts/1", "/facts/corrections", "/line"),
        *("/crisis/1/line", "/search?q=blue", "/search?q=nobody-wrote-that", "/tour", "/help", "/help/trolls", "/duty"),
        "/reports/response-times/rows?figure=waits",
    ),
    CHIEF: (
        *(
            "/facts/new",
            "/facts/1",
            "/apologies/2",
            "/replies/approvals",
            "/replies/approvals/rules",
            "/replies/approvals/courtesies",
        ),
        *("/reports/exports", "/statement/rows/comments_collected", "/erasures", "/alarms", "/declarations", "/crisis"),
        *("/trail?object_type=conversation&object_id=1", "/conversations/1", "/line", "/duty", "/sending"),
    ),
    ADMIN: ("/accounts/1/hours", "/accounts/connect/x", "/accounts", "/erasures/1", "/members", "/no-such-page"),
}
"""What each role opens of it; the pages of `test_axe` are not repeated unless something stands on them only here."""

REFUSED = {
    CM: (
        ("/conversations/1", "#composer"),
        ("/conversations/1/declare", "main form"),
        ("/apologies/new", "main form"),
        ("/templates/new", "main form"),
        ("/queue/following-up", ".follow-outcome"),
    ),
    CHIEF: (("/facts/new", "main form"), ("/crisis", "main form[method=post]")),
    ADMIN: (("/accounts/1/hours", "main form[method=post]"), ("/members", "main form[action='/members']")),
}
"""Forms that are sent as they stand, and what was refused is said on their page."""

EMPTY = (
    *(
        "/queue",
        "/queue?assignee=me",
        "/queue?state=snoozed",
        "/queue?state=answered",
        "/queue?due=soon",
        "/queue/promised",
    ),
    *(
        "/queue/following-up",
        "/queue/following-up?owner=me",
        "/queue/following-up?owner=nobody",
        "/templates",
        "/apologies",
    ),
    *("/replies/approvals", "/notices", "/facts", "/facts/corrections", "/line", "/search", "/reports/response-times"),
    *("/reports/members", "/crisis", "/duty", "/accounts", "/alarms", "/declarations"),
)

NOT_A_PAGE = {
    *("queue.around", "queue.news", "queue.groups", "queue.following", "conversation.thread", "composer.written"),
    *("at_work.answered_meanwhile", "drafting.find", "wording.offers", "views.counts", "exports.listed", "live.stream"),
    *("exports.download", "health.alive", "health.ready", "approvals.find", "handing_over.find", "prepared.look"),
}
"""Parts of pages, ways to another page, streams, files, and what programs ask for."""


@pytest.fixture
def people(cm: Actor, supervisor: Actor, make_member: MakeMember) -> dict[str, Actor]:
    """Who opens the pages."""
    return {CM: cm, CHIEF: supervisor, ADMIN: make_member(Role.ADMINISTRATOR)}


@pytest.fixture
def brand(scene: Scene, people: dict[str, Actor]) -> None:
    """One of everything that has a page of its own."""
    cm, chief, admin = people[CM], people[CHIEF], people[ADMIN]
    scene.start -= timedelta(days=1)
    account = scene.account()
    for number in range(4):
        scene.comment(account, f"person{number}", number, "Is the blue bottle safe for children?")
    scene.answer(2, 5, text="Which batch is it?")
    scene.answer(3, 6, kind=ReplyKind.HOLDING, promised=30)
    scene.answer(1, 6, member=cm.member_id)
    scene.comment(account, "person0", 7, "You people are absolute idiots about the blue bottle", kind="criticism")
    for minute in (1460, 1470, 1480):
        scene.comment(
            account, "person0", minute, "You people are absolute idiots about the blue bottle", kind="criticism"
        )
        scene.answer(1, minute + 5, member=cm.member_id)
    scene.comment(account, "person0", 1490, "You people are absolute idiots about the blue bottle", kind="criticism")
    members.set_blurs_hostile(cm, True)
    reassuring.move_to_private(cm, 3)
    many.ask(cm, [1, 2, 3], DeedOfMany.NOTE, words="The batch list is in the drive.")
    saved_views.keep(cm, "Questions", {"kind": "question"})
    fact = facts.create(chief, "leak", {"en": "312 people", "fr": "312 personnes"}, "Inquiry")
    templates.create(chief, "Safe", {"en": "It is safe, {author_name}: {fact:leak}."}, kind="question")
    facts.change(chief, fact.id, {"en": "340 people"}, seen_number=1)
    approving.draft(cm)
    approving.submitted(cm)
    returned = approving.submitted(cm)
    apologies.send_back(chief, returned.id, "Say when.", seen_hash=approving.seen(returned))
    replies.write(cm, 4, approving.HELD, form_key="k" * 24, seen_up_to=scene.seen(4), answered_up_to=99)
    crisis = crises.open_crisis(chief, "Leak", [account])
    for of in (None, crisis.id):
        lines.write(chief, of, "We say so.", language="en", seen_number=0)
    escalations.escalate(cm, 1, Concern.THREAT, comment_id=1, note="He knows where we are.")
    now = clock.now()
    for comment in (2, 3):
        declarations.declare_comment(cm, comment, Ground.PRIVATE_DATA, known_at=now - timedelta(hours=1), taken_at=now)
    with writing() as current:
        gone = current.scalars(select(Comment).where(Comment.id == 4)).one()
        alarms.raise_alarm(current, WORKER, gone, Presence.GONE)
        gone.state = CommentState.VANISHED
    erasure.request(chief, 2)
    export_asking.ask(chief, ReportQuery(), FileOptions(FileFormat.JSON))
    set_hours(admin, account, time_zone="Europe/Paris", weekly=OFFICE, country="FR")
    duty.set_duty(chief, cm.member_id or 0, starts_at=now, ends_at=now + timedelta(hours=8))
    conversations.snooze(cm, 4, now + timedelta(hours=1))


_LOOK = """async ({ address, form, rules }) => {
  const sent = form && document.querySelector(form);
  const answer = sent
    ? await fetch(sent.action, { method: "POST", body: new URLSearchParams(new FormData(sent)) })
    : await fetch(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.title = page.title;
  document.querySelector("main").replaceWith(page.querySelector("main"));
  for (const each of document.querySelectorAll("main details")) each.open = true;
  const options = { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"] };
  const found = (await axe.run(document, options)).violations;
  const trouble = found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
  if (document.documentElement.scrollWidth > innerWidth) trouble.push("has to be scrolled to the side");
  if (sent && answer.ok) trouble.push("was not refused");
  if (sent && !document.querySelector("main [role=alert]")) trouble.push("nothing is said");
  return trouble;
}"""
"""Puts what an address, or the answer to a form, has in its `main` into the page that is open, everything unfolded.

The layout is the same everywhere, and so one page is loaded for many addresses: axe is put in once."""


def looked_at(page: Page, addresses: Iterable[str], refused: Iterable[tuple[str, str]] = ()) -> dict[str, list[str]]:
    """What axe has to say about each address, and about each form that is sent as it stands."""
    found: dict[str, list[str]] = {}
    page.goto("/help")
    found["/help"] = found_by_axe(page)
    for address in addresses:
        found[address] = page.evaluate(_LOOK, {"address": address, "rules": RULES})
    for address, form in refused:
        page.evaluate(_LOOK, {"address": address, "rules": RULES})
        found[f"{address} refused"] = page.evaluate(_LOOK, {"form": form, "rules": RULES})
    return {address: trouble for address, trouble in found.items() if trouble}


@pytest.mark.parametrize(("theme", "language", "size"), LOOKS)
def test_every_detail_and_every_refusal(
    brand: None, people: dict[str, Actor], open_browser: Open, theme: str, language: str, size: dict[str, int]
) -> None:
    found: dict[str, list[str]] = {}
    for who, actor in people.items():
        members.set_language(actor, language)
        page = open_browser(actor, viewport=size, color_scheme=theme).new_page()
        found |= looked_at(page, DETAILS[who], REFUSED[who])
    assert found == {}, "\n".join(f"{address}: {trouble}" for address, trouble in found.items())


@pytest.mark.parametrize(("theme", "language", "size"), LOOKS)
def test_every_empty_page(
    supervisor: Actor, scene: Scene, open_browser: Open, theme: str, language: str, size: dict[str, int]
) -> None:
    members.set_language(supervisor, language)
    page = open_browser(supervisor, viewport=size, color_scheme=theme).new_page()
    found = looked_at(page, EMPTY)
    if size is not WIDE:
        page.locator(".bar button").click()
        found["the menu"] = found_by_axe(page)
    assert {address: trouble for address, trouble in found.items() if trouble} == {}


def test_no_page_is_left_out(app: Flask) -> None:
    walked = app.url_map.bind("inbox.example.org")
    unknown = "/no-such-page"
    addresses: Iterable[str] = (
        *EMPTY,
        "/sign-in",
        *(each for role in (*DETAILS.values(), *_addresses(1)) for each in role),
    )
    seen = {walked.match(each.partition("?")[0])[0] for each in addresses if each != unknown}
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and "." not in rule.rule.rpartition("/")[2] and rule.endpoint != "static"
    }
    assert pages - seen - NOT_A_PAGE == set()
