"""What waits for approval, on its pages: who may complete it, and what a form of an older text does."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from inbox import clock
from inbox.answering import apologies, facts, native_answers, replies
from inbox.answering.approval_counts import count
from inbox.answering.approval_views import waiting
from inbox.models import (
    Account,
    Apology,
    ApologyState,
    Member,
    Reply,
    ReplyState,
    TrailRow,
)
from inbox.permissions import WORKER, Actor, Role
from tests.scenes import Scene
from tests.web.approving import CORE, HELD, draft, fields, fresh, held, now, seen, submitted
from tests.web.conftest import Visit, Visitor
from tests.web.test_access import address, declared, permissions, routes


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
        main = page.partition("<main")[2]
        assert main.index("<h1") < main.index("<h2") < main.index("<h3")
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
