"""The pages of apologies: drafted, submitted, returned, compared, and what a form of an older text does."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from inbox import clock
from inbox.answering import apologies
from inbox.answering.approval_counts import count
from inbox.extensions import session
from inbox.models import (
    Apology,
    ApologyState,
    ApologyVersion,
)
from inbox.notices import duty
from inbox.permissions import Actor
from tests.scenes import Scene
from tests.web.approving import CORE, HELD, HTMX, draft, fields, fresh, now, seen, submitted
from tests.web.conftest import Visitor


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
