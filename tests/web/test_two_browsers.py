"""The story of an apology in two real browsers: drafted, returned, corrected, accepted and sent; held when changed."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from inbox.extensions import session
from inbox.models import Apology, ApologyState, ApologyVersion, Reply, ReplyState, TrailRow
from inbox.permissions import Role
from tests.conftest import MakeMember
from tests.scenes import Scene
from tests.web.conftest import Open

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)

FIRST = "We apologise for the loose caps. Every bottle is replaced."
SECOND = "{author_name}, we apologise for the loose caps. Every bottle is replaced by Friday."
THIRD = "{author_name}, we apologise for the loose caps: every bottle is replaced by Friday."


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def answered(page: Page, conversation: int, before: str, after: str) -> None:
    """Write personal words, put the approved ones between them, and send."""
    page.goto(f"/conversations/{conversation}")
    text = page.locator("#text")
    text.fill(f"{before}\n\n{after}")
    # The caret between the two paragraphs, as somebody would put it there.
    text.evaluate("(field, at) => field.setSelectionRange(at, at)", len(before) + 2)
    page.locator("#approved-ones summary").click()
    page.get_by_role("button", name="Insert Loose caps").click()
    expect(text).to_have_value(re.compile(re.escape(before) + r"\n\n.*we apologise", re.DOTALL))
    expect(page.locator("#send")).to_contain_text("Send")
    expect(page.locator(".would")).to_have_count(0)
    page.locator("#send").click()
    expect(page.locator("#main")).to_contain_text(re.compile("You answered|Leaves in"))


def test_an_apology_from_the_first_draft_to_the_fourth_critic(
    scene: Scene, make_member: MakeMember, open_browser: Open
) -> None:
    account = scene.account()
    critics = [scene.comment(account, name, minute) for minute, name in enumerate(("ines", "noor", "bo", "zoe"))]
    cm = open_browser(make_member(Role.COMMUNITY_MANAGER)).new_page()
    supervisor = open_browser(make_member(Role.SUPERVISOR)).new_page()

    # The CM drafts, with hints beside the words, and submits.
    cm.goto("/apologies/new")
    cm.locator("#title").fill("Loose caps")
    cm.locator("#happened").fill("The caps of 312 bottles came off.")
    cm.locator("#core").press_sequentially(FIRST)
    expect(cm.locator("#advice")).to_contain_text("Say by when")
    press(cm, "Save the draft")
    press(cm, "Submit")
    expect(cm.locator(".binding")).to_contain_text("You stand behind it.")

    # The supervisor returns it with a word.
    supervisor.goto("/")
    supervisor.get_by_role("link", name="Approvals 1").first.click()
    expect(supervisor.locator(".approval")).to_contain_text("We apologise for the loose caps.")
    supervisor.get_by_text("Return it with words").click()
    supervisor.get_by_placeholder("What is to be changed").fill("Say by when, and to whom.")
    press(supervisor, "Return it")
    expect(supervisor.locator(".approval")).to_have_count(0)

    # The CM reads it, edits and submits again.
    cm.goto("/replies/approvals")
    expect(cm.locator(".returned")).to_contain_text("Say by when, and to whom.")
    cm.get_by_role("link", name="Change it").click()
    cm.locator("#core").fill(SECOND)
    expect(cm.locator("#advice")).to_contain_text("It says by when.")
    press(cm, "Save a new version")
    press(cm, "Submit")

    # The supervisor corrects a comma in place: one member is not enough, whatever they press.
    supervisor.goto("/replies/approvals")
    supervisor.get_by_text("Edit in place").click()
    supervisor.get_by_label("The text").fill(THIRD)
    press(supervisor, "Save my version")
    expect(supervisor.locator(".approval")).to_contain_text("You stand behind it. 1 more member completes it.")
    expect(supervisor.get_by_role("button", name="Approve", exact=True)).to_have_count(0)

    # The CM sees what changed and accepts: it is approved.
    cm.goto("/replies/approvals")
    expect(cm.locator("del").first).to_contain_text(".")
    expect(cm.locator("ins").first).to_contain_text(":")
    press(cm, "Accept this version")
    expect(cm.locator(".notice")).to_have_text("Approved: it can be sent from now on.")

    # Three critics get it with their names and personal words around it.
    answered(cm, critics[0], "Thank you for the photo of the green bottle.", "Take care of your son.")
    answered(cm, critics[1], "You wrote that you waited for days.", "Write to me whenever you like.")
    answered(cm, critics[2], "Three bottles at once is a lot.", "I have noted your shop.")

    # One changed word in the core: it is said before sending, and the fourth is held.
    cm.goto(f"/conversations/{critics[3]}")
    cm.locator("#text").fill(THIRD.replace("{author_name}", "zoe").replace("Friday", "Monday"))
    expect(cm.locator(".would")).to_contain_text("“Friday” → “Monday”")
    expect(cm.locator("#send")).to_contain_text("Send for approval")
    cm.locator("#send").click()
    expect(cm.locator(".ours")).to_contain_text("Waits for approval")

    session().rollback()
    session().expire_all()
    replies = session().scalars(select(Reply).order_by(Reply.id)).all()
    assert [reply.state for reply in replies] == [ReplyState.QUEUED] * 3 + [ReplyState.SUBMITTED]
    assert [reply.held_code for reply in replies] == [None, None, None, "core_changed"]
    for reply, name in zip(replies, ("ines", "noor", "bo", "zoe"), strict=True):
        assert name in reply.text
    assert len({reply.text for reply in replies}) == 4
    assert session().scalars(select(Apology.state)).one() is ApologyState.APPROVED

    # The trail tells the story, version by version, with the hashes that were confirmed.
    hashes = {one.number: one.binding_hash for one in session().scalars(select(ApologyVersion))}
    rows = session().scalars(select(TrailRow).where(TrailRow.object_type == "apology").order_by(TrailRow.seq)).all()
    told = [(row.action, json.loads(row.params)["binding_hash"], row.actor) for row in rows]
    drafter, corrector = rows[0].actor, rows[2].actor
    assert told == [
        ("apology.drafted", hashes[1], drafter),
        ("apology.submitted", hashes[1], drafter),
        ("apology.returned", hashes[1], corrector),
        ("apology.edited", hashes[2], drafter),
        ("apology.submitted", hashes[2], drafter),
        ("apology.edited_in_place", hashes[3], corrector),
        ("apology.approved", hashes[3], drafter),
    ]


def test_the_approver_works_from_a_phone(scene: Scene, make_member: MakeMember, open_browser: Open) -> None:
    conversation = scene.comment(scene.account(), "ines" * 12, 0, "The cap came off. " + "x" * 300)
    cm = open_browser(make_member(Role.COMMUNITY_MANAGER)).new_page()
    cm.goto(f"/conversations/{conversation}")
    cm.locator("#text").fill("We apologise for the loose caps. Write to us: https://example.org/" + "a" * 200)
    expect(cm.locator("#send")).to_contain_text("Send for approval")
    cm.locator("#send").click()
    expect(cm.locator(".ours")).to_contain_text("Waits for approval")

    phone = open_browser(make_member(Role.APPROVER), viewport={"width": 390, "height": 844}).new_page()
    phone.goto("/")
    expect(phone).to_have_url(re.compile(r"/replies/approvals$"))
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    approve = phone.get_by_role("button", name="Approve", exact=True)
    box = approve.bounding_box()
    assert box is not None
    assert box["height"] >= 48
    assert box["width"] >= 300
    for summary in phone.locator(".approval summary").all():
        target = summary.bounding_box()
        assert target is not None
        assert target["height"] >= 44
    approve.click()
    expect(phone.locator(".notice")).to_have_text("Approved: it leaves now.")
    expect(phone.get_by_text("Nothing waits for you")).to_be_visible()


def test_approved_words_are_put_back_without_leaving_the_page(
    scene: Scene, make_member: MakeMember, open_browser: Open
) -> None:
    conversation = scene.comment(scene.account(), "ines", 0)
    drafter, supervisor = make_member(Role.COMMUNITY_MANAGER), make_member(Role.SUPERVISOR)
    page, chief = open_browser(drafter).new_page(), open_browser(supervisor).new_page()
    page.goto("/apologies/new")
    page.locator("#title").fill("Loose caps")
    page.locator("#core").fill(SECOND)
    press(page, "Save the draft")
    press(page, "Submit")
    chief.goto("/replies/approvals")
    press(chief, "Approve")
    page.goto(f"/conversations/{conversation}")
    words = SECOND.replace("{author_name}", "ines")
    page.locator("#text").fill(f"Hello!\n\n{words.replace('Friday', 'Monday')} Take care.")
    press(page, "Put the approved words back")
    expect(page.locator("#text")).to_have_value(f"Hello!\n\n{words} Take care.")
    expect(page.locator(".would")).to_have_count(0)
    page.locator("#text").press_sequentially(" ")
    expect(page.locator("#send")).not_to_contain_text("approval")
