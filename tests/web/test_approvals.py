"""The pages of apologies and approvals: what waits, who may complete it, and what a form of an older text does."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import apologies, facts, native_answers, replies
from inbox.answering.apology_wording import Wording
from inbox.answering.approval_counts import count
from inbox.answering.approval_views import waiting
from inbox.extensions import session
from inbox.models import (
    Account,
    Apology,
    ApologyState,
    ApologyVersion,
    Member,
    Reply,
    ReplyState,
    TrailRow,
)
from inbox.notices import duty
from inbox.permissions import WORKER, Actor, Role
from tests.conftest import MakeMember
from tests.scenes import Scene
from tests.web.conftest import Visit, Visitor
from tests.web.test_access import address, declared, permissions, routes

CORE = "{author_name}, we apologise for the loose caps. Every bottle is replaced by Friday."
HELD = "We apologise for the loose caps."
HTMX = {"HX-Request": "true", "Referer": "https://inbox.example.org/"}


@pytest.fixture
def cm(make_member: MakeMember) -> Actor:
    return make_member(Role.COMMUNITY_MANAGER)


@pytest.fixture
def supervisor(make_member: MakeMember) -> Actor:
    return make_member(Role.SUPERVISOR)


@pytest.fixture
def approver(make_member: MakeMember) -> Actor:
    return make_member(Role.APPROVER)


@pytest.fixture
def desk(scene: Scene, cm: Actor, visit: Visit) -> Visitor:
    """The community manager at a browser."""
    return visit(cm)


@pytest.fixture
def chief(scene: Scene, supervisor: Actor, visit: Visit) -> Visitor:
    """The supervisor at a browser."""
    return visit(supervisor)


@pytest.fixture
def phone(scene: Scene, approver: Actor, visit: Visit) -> Visitor:
    """The approver at a browser."""
    return visit(approver)


def draft(cm: Actor, core: str = CORE, **more: Any) -> Apology:
    return apologies.create(cm, "Loose caps", "en", Wording(core, **more))


def seen(apology: Apology) -> str:
    return apologies.newest_version(fresh(), apology.id).binding_hash


def submitted(cm: Actor, core: str = CORE, **more: Any) -> Apology:
    apology = draft(cm, core, **more)
    return apologies.submit(cm, apology.id, seen_hash=seen(apology))


def held(cm: Actor, conversation: int, text: str = HELD, form_key: str = "k" * 24) -> Reply:
    reply = replies.write(cm, conversation, text, form_key=form_key, seen_up_to=1)
    assert reply.state is ReplyState.SUBMITTED
    return reply


def now(kind: Any, number: int | None) -> Any:
    return fresh().get_one(kind, number)


def fresh() -> Session:
    """The session, at what is stored now and not at what was when it last looked."""
    session().rollback()
    session().expire_all()
    return session()


def fields(core: str = CORE, **more: str) -> dict[str, str]:
    return {"title": "Loose caps", "language": "en", "core": core, **more}


class TestApologies:
    def test_the_first_page_teaches(self, desk: Visitor) -> None:
        page = desk.get("/apologies").text
        assert "No apology has been prepared" in page
        assert "what happened, to whom, what we regret, what we do now, and by when" in page

    def test_it_is_drafted_with_five_answers_and_all_that_binds(self, scene: Scene, desk: Visitor) -> None:
        account = scene.account()
        form = fields(happened="Caps came off.", to_whom="Families", by_when="Friday", account=str(account), uses="300")
        answer = desk.post("/apologies/new", {**form, "expires": "2026-03-06T18:00"})
        assert answer.status_code == 303
        version = session().scalars(select(ApologyVersion)).one()
        assert (version.situation["happened"], version.account_id, version.most_uses) == (
            "Caps came off.",
            account,
            300,
        )
        assert version.expires_at is not None
        assert version.expires_at.isoformat() == "2026-03-06T18:00:00+00:00"
        page = desk.get(answer.location).text
        assert "Caps came off." in page
        assert "0 of 300 answers" in page
        assert "6 Mar 2026" in page

    def test_what_is_refused_stays_typed(self, desk: Visitor) -> None:
        answer = desk.post("/apologies/new", fields("Dear {first_name}, we apologise.", happened="Caps came off."))
        assert answer.status_code == 400
        assert "Dear {first_name}, we apologise.</textarea>" in answer.text
        assert "Caps came off.</textarea>" in answer.text
        assert "first_name" in answer.text

    def test_the_hints_follow_and_stop_nobody(self, desk: Visitor) -> None:
        bad = "We are sorry if anyone was offended."
        hints = desk.post("/apologies/advice", fields(bad), headers=HTMX).text
        assert "if anyone was offended" in hints
        assert "Say by when" in hints
        assert "<html" not in hints
        whole = desk.post("/apologies/advice", fields(bad)).text
        assert f"{bad}</textarea>" in whole
        assert desk.post("/apologies/new", fields(bad)).status_code == 303

    def test_it_is_approved_by_two(self, cm: Actor, desk: Visitor, chief: Visitor) -> None:
        apology = draft(cm)
        path = f"/apologies/{apology.id}"
        assert desk.post(f"{path}/submit", {"seen_hash": seen(apology)}).status_code == 303
        page = desk.get(path).text
        assert "You stand behind it. 1 more member completes it." in page
        assert "must have the right to approve" in page
        assert "Your confirmation completes it." in chief.get(path).text
        assert chief.post(f"{path}/confirm", {"seen_hash": seen(apology)}).status_code == 303
        assert now(Apology, apology.id).state is ApologyState.APPROVED
        listed = desk.get("/apologies").text
        assert "until it is retired" in listed
        assert "sent in 0 answers" in listed

    def test_it_is_returned_with_words_and_the_drafter_reads_them(
        self, cm: Actor, desk: Visitor, chief: Visitor
    ) -> None:
        apology = submitted(cm)
        path, back = f"/apologies/{apology.id}", f"/replies/approvals/apologies/{apology.id}/return"
        empty = chief.post(back, {"seen_hash": seen(apology), "words": " ", "at": "apology"})
        assert (empty.status_code, now(Apology, apology.id).state) == (400, ApologyState.SUBMITTED)
        chief.post(back, {"seen_hash": seen(apology), "words": "Say which caps."})
        assert "Say which caps." in desk.get(path).text
        assert "Say which caps." in desk.get("/replies/approvals").text
        fresh()
        assert count(cm) == 1

    def test_a_second_tab_keeps_what_was_typed_beside_the_newer_version(self, cm: Actor, desk: Visitor) -> None:
        apology = draft(cm)
        path = f"/apologies/{apology.id}"
        assert desk.post(path, fields(CORE.replace("Friday", "Monday"), seen_number="1")).status_code == 303
        answer = desk.post(path, fields(CORE.replace("loose caps", "hard caps"), seen_number="1"))
        assert answer.status_code == 409
        assert "we apologise for the hard caps" in answer.text.partition('id="core"')[2]
        assert "by Monday." in answer.text
        assert re.search(r"<del>.*?Monday</del><ins>.*?Friday</ins>", answer.text)
        assert 'name="seen_number" value="2"' in answer.text
        assert [one.number for one in fresh().scalars(select(ApologyVersion))] == [1, 2]
        # Having read the newer one, they save theirs all the same.
        assert desk.post(path, fields(CORE.replace("loose", "hard"), seen_number="2")).status_code == 303

    def test_an_old_form_confirms_nothing(self, cm: Actor, desk: Visitor, chief: Visitor) -> None:
        apology = submitted(cm)
        old = seen(apology)
        path = f"/apologies/{apology.id}"
        chief.post(path, fields(CORE.replace("bottle is", "bottle will be"), seen_number="1"))
        for form in (f"{path}/confirm", f"/replies/approvals/apologies/{apology.id}/confirm"):
            answer = desk.post(form, {"seen_hash": old})
            assert answer.status_code == 409
            assert "will be" in answer.text
        assert now(Apology, apology.id).state is ApologyState.SUBMITTED
        assert desk.post(f"{path}/confirm", {"seen_hash": seen(apology)}).status_code == 303
        assert now(Apology, apology.id).state is ApologyState.APPROVED

    def test_an_end_that_was_not_touched_stays_to_the_second(self, cm: Actor, desk: Visitor) -> None:
        ends = clock.now() + timedelta(days=2, seconds=17)
        apology = draft(cm, expires_at=ends)
        page = desk.get(f"/apologies/{apology.id}").text
        shown = re.search(r'name="expires" type="datetime-local" value="([^"]+)"', page)
        assert shown is not None
        desk.post(f"/apologies/{apology.id}", fields(seen_number="1", expires=shown[1]))
        assert [one.expires_at for one in fresh().scalars(select(ApologyVersion))] == [ends]

    def test_any_two_versions_are_compared_word_by_word(self, cm: Actor, desk: Visitor) -> None:
        apology = draft(cm)
        for number, day in ((1, "Monday"), (2, "Sunday")):
            desk.post(f"/apologies/{apology.id}", fields(CORE.replace("Friday", day), seen_number=str(number)))
        page = desk.get(f"/apologies/{apology.id}?from=1&to=3").text
        assert re.search(r"<del>.*?Friday</del><ins>.*?Sunday</ins>", page)
        page = desk.get(f"/apologies/{apology.id}?from=3&to=2").text
        assert re.search(r"<del>.*?Sunday</del><ins>.*?Monday</ins>", page)
        assert desk.get(f"/apologies/{apology.id}?from=9&to=2").status_code == 400

    def test_what_runs_out_while_nobody_could_renew_it_is_flagged(
        self, cm: Actor, supervisor: Actor, desk: Visitor
    ) -> None:
        apology = submitted(cm, expires_at=clock.now() + timedelta(hours=5))
        apologies.confirm(supervisor, apology.id, seen_hash=seen(apology))
        assert "It runs out while no approver is on duty" in desk.get("/apologies").text
        duty.set_duty(supervisor, supervisor.member_id or 0, clock.now(), clock.now() + timedelta(hours=6))
        assert "It runs out while no approver is on duty" not in desk.get("/apologies").text

    def test_a_retired_one_is_shown_on_demand(self, cm: Actor, desk: Visitor) -> None:
        apology = draft(cm)
        assert desk.post(f"/apologies/{apology.id}/retire").status_code == 303
        assert "Loose caps" not in desk.get("/apologies").text
        assert "Loose caps" in desk.get("/apologies?retired=yes").text

    def test_a_reply_begins_an_apology(self, desk: Visitor) -> None:
        page = desk.post("/apologies/new/from-reply", {"text": HELD}).text
        assert f"{HELD}</textarea>" in page
        assert session().scalars(select(Apology)).all() == []


class TestApprovals:
    def test_apologies_and_replies_wait_in_one_list_oldest_first(self, scene: Scene, cm: Actor, chief: Visitor) -> None:
        conversation = scene.comment(scene.account(), "ines", 0, "The cap came off in my son's mouth.")
        with clock.frozen(clock.now() - timedelta(minutes=20)):
            reply = held(cm, conversation)
        with clock.frozen(clock.now() - timedelta(minutes=10)):
            apology = submitted(cm)
        page = chief.get("/replies/approvals").text
        assert "2 wait for you" in page
        assert page.index(f'id="reply-{reply.id}"') < page.index(f'id="apology-{apology.id}"')
        assert "The cap came off in my son&#39;s mouth." in page
        assert "waits for an answer: 1\N{NO-BREAK SPACE}h" in page
        assert '<mark class="found found-apology">We apologise for the loose caps.' in page
        assert "It apologises in words that nobody has approved." in page
        assert page.count("Your confirmation completes it.") == 2

    def test_what_says_an_outdated_fact_is_not_offered_for_approval(
        self, scene: Scene, cm: Actor, supervisor: Actor, chief: Visitor
    ) -> None:
        fact = facts.create(supervisor, "leak", {"en": "312 people", "fr": "312 personnes"})
        reply = held(cm, scene.comment(scene.account(), "ines", 0), f"{HELD} It touched 312 people.")
        assert '<button type="submit" class="primary">Approve</button>' in chief.get("/replies/approvals").text
        facts.change(supervisor, fact.id, {"en": "340 <people>", "fr": "340 personnes"}, seen_number=1)
        page = chief.get("/replies/approvals").text
        assert [(one.outdated, one.said_now) for one in waiting(supervisor).replies] == [(("leak",), ("340 <people>",))]
        assert "The fact “leak” has changed. It now reads: “340 &lt;people&gt;”." in page
        assert "Nobody can approve it as it stands." in page
        assert ">Approve</button>" not in page
        assert f'id="reply-{reply.id}"' in page

    def test_overdue_says_since_when(self, scene: Scene, cm: Actor, chief: Visitor) -> None:
        conversation = scene.comment(scene.account(), "ines", 0)
        with clock.frozen(clock.now() - timedelta(minutes=42)):
            held(cm, conversation)
        assert "Nobody has answered for 42\N{NO-BREAK SPACE}min." in chief.get("/replies/approvals").text

    def test_what_was_sent_natively_without_approval_is_shown_to_supervisors(
        self, scene: Scene, cm: Actor, chief: Visitor, desk: Visitor
    ) -> None:
        conversation = scene.comment(scene.account(), "ines", 0)
        key = "n" * 24
        replies.mark_sent_natively(cm, conversation, f"Hello. {HELD}", form_key=key, seen_up_to=1)
        assert native_answers.read(WORKER) == 1
        page = chief.get("/replies/approvals").text
        assert "Sent on the network itself" in page
        assert '<mark class="found found-apology">We apologise for the loose caps.' in page
        assert "Sent on the network itself" not in desk.get("/replies/approvals").text

    def test_a_reply_leaves_once_a_second_member_has_approved(self, scene: Scene, cm: Actor, phone: Visitor) -> None:
        reply = held(cm, scene.comment(scene.account(), "ines", 0))
        answer = phone.post(f"/replies/approvals/replies/{reply.id}/confirm", {"seen_hash": reply.text_hash})
        assert (answer.status_code, answer.location) == (303, "/replies/approvals")
        assert now(Reply, reply.id).state is ReplyState.QUEUED
        assert "Approved: it leaves now." in phone.get("/replies/approvals").text

    def test_nobody_completes_alone(self, scene: Scene, cm: Actor, supervisor: Actor, visit: Visit) -> None:
        """Neither who wrote it, nor a supervisor who writes and approves, nor either with two tabs."""
        conversation = scene.comment(scene.account(), "ines", 0)
        for actor, key in ((cm, "a" * 24), (supervisor, "b" * 24)):
            alone = visit(actor)
            reply = held(actor, conversation, form_key=key)
            path = f"/replies/approvals/replies/{reply.id}"
            for _ in range(2):
                assert alone.post(f"{path}/confirm", {"seen_hash": reply.text_hash}).status_code == 409
            apology = draft(actor)
            for deed in ("submit", "confirm"):
                alone.post(f"/apologies/{apology.id}/{deed}", {"seen_hash": seen(apology)})
                alone.post(f"/replies/approvals/apologies/{apology.id}/confirm", {"seen_hash": seen(apology)})
            # Their own edit in place is one member's word as well.
            alone.post(f"/apologies/{apology.id}", fields(CORE.replace("loose", "worn"), seen_number="1"))
            alone.post(f"/apologies/{apology.id}/confirm", {"seen_hash": seen(apology)})
            assert now(Reply, reply.id).state is ReplyState.SUBMITTED
            assert now(Apology, apology.id).state is not ApologyState.APPROVED

    def test_an_edit_in_place_waits_for_the_writer(
        self, scene: Scene, cm: Actor, desk: Visitor, phone: Visitor
    ) -> None:
        reply = held(cm, scene.comment(scene.account(), "ines", 0))
        old = reply.text_hash
        path = f"/replies/approvals/replies/{reply.id}"
        answer = phone.post(f"{path}/edit", {"seen_hash": old, "text": HELD.replace("loose", "faulty")})
        assert answer.status_code == 303
        corrected = now(Reply, reply.id)
        assert (corrected.state, count(cm)) == (ReplyState.SUBMITTED, 1)
        page = desk.get("/replies/approvals").text
        assert re.search(r"<del>.*?loose</del><ins>.*?faulty</ins>", page)
        assert "Accept this version" in page
        # The first text is accepted by nobody any more, from whatever tab.
        assert desk.post(f"{path}/confirm", {"seen_hash": old}).status_code == 409
        assert desk.post(f"{path}/confirm", {"seen_hash": corrected.text_hash}).status_code == 303
        assert now(Reply, reply.id).state is ReplyState.QUEUED

    def test_what_was_typed_survives_a_newer_text(
        self, scene: Scene, cm: Actor, chief: Visitor, phone: Visitor
    ) -> None:
        reply = held(cm, scene.comment(scene.account(), "ines", 0))
        old = reply.text_hash
        path = f"/replies/approvals/replies/{reply.id}"
        phone.post(f"{path}/edit", {"seen_hash": old, "text": HELD.replace("loose", "faulty")})
        answer = chief.post(f"{path}/edit", {"seen_hash": old, "text": "We apologise: all caps."})
        assert answer.status_code == 409
        assert "We apologise: all caps.</textarea>" in answer.text
        assert "faulty caps" in answer.text
        answer = chief.post(f"{path}/return", {"seen_hash": old, "words": "Which caps?"})
        assert answer.status_code == 409
        assert "Which caps?</textarea>" in answer.text
        # Gone from the list altogether, the words are still there to be copied.
        chief.post(f"{path}/confirm", {"seen_hash": now(Reply, reply.id).text_hash})
        desk_words = chief.post(f"{path}/return", {"seen_hash": old, "words": "Which caps?"})
        assert desk_words.status_code == 409
        assert "Which caps?" in desk_words.text

    def test_an_approver_corrects_the_sentences_and_nothing_else(
        self, cm: Actor, desk: Visitor, phone: Visitor
    ) -> None:
        ends = clock.now() + timedelta(days=3, seconds=5)
        apology = submitted(cm, expires_at=ends, most_uses=40, situation={"happened": "Caps came off."})
        form = {"seen_number": "1", "seen_hash": seen(apology), "text": CORE.replace("caps.", "caps,")}
        assert phone.post(f"/replies/approvals/apologies/{apology.id}/edit", form).status_code == 303
        newest = apologies.newest_version(fresh(), apology.id)
        assert (newest.number, newest.expires_at, newest.most_uses) == (2, ends, 40)
        assert newest.situation["happened"] == "Caps came off."
        assert phone.post(f"/replies/approvals/apologies/{apology.id}/edit", form).status_code == 409
        assert desk.post(f"/apologies/{apology.id}/confirm", {"seen_hash": newest.binding_hash}).status_code == 303
        assert now(Apology, apology.id).state is ApologyState.APPROVED

    def test_more_can_be_asked_to_agree(
        self, scene: Scene, cm: Actor, supervisor: Actor, chief: Visitor, phone: Visitor
    ) -> None:
        account = scene.account()
        chief.post(f"/replies/approvals/rules/accounts/{account}", {"confirmations": "3", "minutes": "30"})
        reply = held(cm, scene.comment(account, "ines", 0))
        assert "After you, 1 more member completes it." in chief.get("/replies/approvals").text
        for member in (chief, phone):
            assert now(Reply, reply.id).state is ReplyState.SUBMITTED
            member.post(f"/replies/approvals/replies/{reply.id}/confirm", {"seen_hash": reply.text_hash})
        assert now(Reply, reply.id).state is ReplyState.QUEUED

    def test_the_counter_is_what_waits_for_the_reader(
        self, scene: Scene, cm: Actor, supervisor: Actor, approver: Actor
    ) -> None:
        conversation = scene.comment(scene.account(), "ines", 0)
        held(cm, conversation)
        submitted(cm)
        draft(cm)
        for actor in (supervisor, approver):
            found = waiting(actor)
            confirmed = [one.confirmed_by_me for one in found.replies] + [
                one.confirmed_by_me for one in found.apologies
            ]
            assert count(actor) == confirmed.count(False) == 2
        assert count(cm) == 0
        assert count(Actor.of_member(99, frozenset({Role.ANALYST}))) == 0

    def test_a_notice_leads_to_what_it_is_about(
        self, scene: Scene, cm: Actor, desk: Visitor, chief: Visitor, phone: Visitor
    ) -> None:
        conversation = scene.comment(scene.account(), "ines", 0)
        reply = held(cm, conversation)
        path = f"/replies/approvals/replies/{reply.id}"
        assert f'href="{path}"' in chief.get("/notices").text
        assert chief.get(path).location == f"/replies/approvals#reply-{reply.id}"
        assert desk.get(path).location == f"/conversations/{conversation}#reply-{reply.id}"
        chief.post(f"{path}/confirm", {"seen_hash": reply.text_hash})
        assert chief.get(path).location == f"/conversations/{conversation}#reply-{reply.id}"
        assert phone.get(path).location == f"/replies/approvals#reply-{reply.id}"


class TestApprover:
    def test_they_land_where_they_approve_and_see_nothing_else(self, phone: Visitor) -> None:
        assert phone.get("/").location == "/replies/approvals"
        page = phone.get("/replies/approvals").text
        rail = page.partition('<nav class="rail"')[2].partition("</nav>")[0]
        assert set(re.findall(r'href="([^"]+)"', rail)) == {"/", "/replies/approvals", "/profile"}
        assert set(re.findall(r'action="([^"]+)"', rail)) == {"/sign-out"}

    def test_every_link_on_their_page_opens(self, scene: Scene, cm: Actor, phone: Visitor) -> None:
        held(cm, scene.comment(scene.account(), "ines", 0))
        submitted(cm)
        page = phone.get("/replies/approvals").text
        for path in set(re.findall(r'<a [^>]*href="(/[^"#]*)', page)):
            assert phone.get(path).status_code in (200, 303), path

    def test_nothing_else_opens(self, app: Flask, phone: Visitor) -> None:
        opened = set()
        for method, rule in routes(app):
            if rule.endpoint == "sign_in.leave":
                continue
            answer = phone.get(address(rule)) if method == "GET" else phone.post(address(rule))
            wanted = permissions(declared(app, rule))
            if wanted and answer.status_code != 403:
                opened.add(rule.endpoint)
        assert opened == {
            "approvals.index",
            "approvals.find",
            "approvals.confirm_reply",
            "approvals.return_reply",
            "approvals.edit_reply",
            "approvals.confirm_apology",
            "approvals.return_apology",
            "approvals.edit_apology",
        }


class TestRules:
    def test_an_account_can_let_every_reply_wait(self, scene: Scene, cm: Actor, chief: Visitor) -> None:
        account = scene.account()
        conversation = scene.comment(account, "ines", 0)
        form = {"every": "yes", "confirmations": "2", "minutes": "45", "likeness": "20"}
        assert chief.post(f"/replies/approvals/rules/accounts/{account}", form).status_code == 303
        row = now(Account, account)
        assert (row.approves_every_reply, row.approval_minutes, row.likeness_limit) == (True, 45, 20)
        held(cm, conversation, "Thank you for writing.")
        assert "Every reply of this account waits for a supervisor." in chief.get("/replies/approvals").text

    def test_what_is_refused_stays_typed(self, scene: Scene, chief: Visitor) -> None:
        account = scene.account()
        form = {"confirmations": "2", "minutes": "0"}
        answer = chief.post(f"/replies/approvals/rules/accounts/{account}", form)
        assert answer.status_code == 400
        assert 'value="0"' in answer.text

    def test_a_novice_is_read_for_some_days(self, scene: Scene, cm: Actor, chief: Visitor, desk: Visitor) -> None:
        assert chief.post(f"/replies/approvals/rules/members/{cm.member_id}", {"days": "7"}).status_code == 303
        until = now(Member, cm.member_id).supervised_until
        assert until.isoformat() == "2026-03-10T00:00:00+00:00"
        held(cm, scene.comment(scene.account(), "ines", 0), "Thank you for writing.")
        assert "replies wait for a supervisor in the first days" in chief.get("/replies/approvals").text
        assert chief.post(f"/replies/approvals/rules/members/{cm.member_id}", {"days": "0"}).status_code == 303
        assert now(Member, cm.member_id).supervised_until is None
        assert desk.get("/replies/approvals/rules").status_code == 403

    def test_supervisors_keep_the_polite_phrases(self, scene: Scene, cm: Actor, chief: Visitor, desk: Visitor) -> None:
        path = "/replies/approvals/courtesies"
        assert chief.post(f"{path}/take-out", {"phrase": "sorry for the wait"}).status_code == 303
        page = chief.get(path).text
        assert "sorry for the wait<" in page.partition("Taken out</h2>")[2]
        reply = held(cm, scene.comment(scene.account(), "ines", 0), "Sorry for the wait. It is safe.")
        assert reply.held_code == "apology_unapproved"
        refused = chief.post(f"{path}/allow", {"phrase": "our product is at fault"})
        assert refused.status_code == 400
        assert 'value="our product is at fault"' in refused.text
        assert desk.get(path).status_code == 200
        assert desk.post(f"{path}/allow", {"phrase": "sorry for the heat"}).status_code == 403


def test_the_trail_tells_the_story_with_hashes(scene: Scene, cm: Actor, chief: Visitor) -> None:
    apology = submitted(cm)
    first = seen(apology)
    chief.post(f"/replies/approvals/apologies/{apology.id}/return", {"seen_hash": first, "words": "Say which caps."})
    rows = fresh().scalars(select(TrailRow).where(TrailRow.object_type == "apology").order_by(TrailRow.seq)).all()
    assert [row.action for row in rows] == ["apology.drafted", "apology.submitted", "apology.returned"]
    assert all(first in row.params for row in rows)
    assert all("loose caps" not in row.params for row in rows)
