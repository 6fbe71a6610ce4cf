"""What each screen does: the deed is done, refused with one sentence where it happened, and told honestly."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from inbox import clock, members
from inbox.answering import replies, templates
from inbox.extensions import session, writing
from inbox.measuring import targets
from inbox.models import (
    Account,
    Comment,
    CommentState,
    CommentVersion,
    Conversation,
    ConversationState,
    Member,
    NoAnswerReason,
    Note,
    Reply,
    ReplyState,
    SendingHold,
    digest_of,
)
from inbox.permissions import OPERATOR, Actor, Role
from tests.conftest import START, MakeMember
from tests.scenes import Scene
from tests.web.conftest import Visit, Visitor

HELD_FIELD = re.compile(r'name="(seen_up_to|answered_up_to)" value="(\d+)" form="composer"')


@pytest.fixture
def conversation(scene: Scene) -> int:
    """One that waits since an hour."""
    return scene.comment(scene.account(), "ines", 0, "Is the blue one safe?")


@pytest.fixture
def camille(make_member: MakeMember) -> Actor:
    return make_member(Role.COMMUNITY_MANAGER)


@pytest.fixture
def at_work(camille: Actor, visit: Visit) -> Visitor:
    return visit(camille)


def of(kind: type[Any], number: int) -> Any:
    """A row as it stands now."""
    session().rollback()
    return session().get_one(kind, number, populate_existing=True)


def answer_form(**more: Any) -> dict[str, Any]:
    return {"form_key": "k" * 24, "seen_up_to": "1", "answered_up_to": "0", "text": "It is safe.", **more}


class TestSignIn:
    @pytest.fixture(autouse=True)
    def camille_has_a_password(self, at_start: Any, app: Any) -> None:
        members.add_member(OPERATOR, "camille@example.org", [Role.COMMUNITY_MANAGER], password="correct horse battery")

    def test_the_right_password_opens_and_leads_back(self, visit: Visit) -> None:
        visitor = visit()
        form = {"email": "camille@example.org", "password": "correct horse battery", "next": "/templates"}
        answer = visitor.post("/sign-in", form)
        assert (answer.status_code, answer.location) == (303, "/templates")
        assert visitor.get("/templates").status_code == 200
        assert visitor.get("/sign-in").status_code == 303

    def test_nobody_is_led_elsewhere(self, visit: Visit) -> None:
        form = {"email": "camille@example.org", "password": "correct horse battery", "next": "//evil.example"}
        assert visit().post("/sign-in", form).location == "/"

    def test_a_wrong_password_is_told_in_one_sentence(self, visit: Visit) -> None:
        answer = visit().post("/sign-in", {"email": "camille@example.org", "password": "wrong"})
        assert answer.status_code == 401
        assert "do not belong together" in answer.text
        assert 'value="camille@example.org"' in answer.text
        assert "wrong" not in answer.text

    def test_guessing_is_slowed_down_and_said_so(self, visit: Visit) -> None:
        visitor = visit()
        for _ in range(8):
            visitor.post("/sign-in", {"email": "camille@example.org", "password": "wrong"})
        answer = visitor.post("/sign-in", {"email": "camille@example.org", "password": "correct horse battery"})
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
        assert "too many attempts" in answer.text

    def test_signing_out_ends_the_session_in_the_store(self, visit: Visit) -> None:
        visitor = visit()
        visitor.post("/sign-in", {"email": "camille@example.org", "password": "correct horse battery"})
        cookie = visitor.client.get_cookie("__Host-inbox", domain="inbox.example.org")
        assert cookie is not None
        visitor._token = None
        assert visitor.post("/sign-out").location == "/sign-in"
        visitor.client.set_cookie("__Host-inbox", cookie.value, domain="inbox.example.org")
        assert visitor.get("/queue").status_code == 303


class TestConversation:
    def test_it_shows_who_what_and_how_long(self, conversation: int, at_work: Visitor) -> None:
        page = at_work.get(f"/conversations/{conversation}").text
        assert "Is the blue one safe?" in page
        assert "<strong>1\N{NO-BREAK SPACE}h</strong>" in page
        assert "due-past" in page
        assert "No criticism is deleted here and nobody is blocked" in page

    def test_a_reply_is_stored_once(self, conversation: int, at_work: Visitor) -> None:
        first = at_work.post(f"/conversations/{conversation}/replies", answer_form())
        second = at_work.post(f"/conversations/{conversation}/replies", answer_form())
        assert first.location == second.location
        assert [reply.state for reply in session().scalars(select(Reply))] == [ReplyState.QUEUED]

    def test_the_same_form_with_another_text_is_a_conflict_and_keeps_it(
        self, conversation: int, at_work: Visitor
    ) -> None:
        at_work.post(f"/conversations/{conversation}/replies", answer_form())
        answer = at_work.post(f"/conversations/{conversation}/replies", answer_form(text="Another text."))
        assert answer.status_code == 409
        assert "already sent another text" in answer.text
        assert "Another text.</textarea>" in answer.text
        assert answer.text.count('value="' + "k" * 24 + '"') == 0

    def test_a_second_answer_needs_a_second_deliberate_send(
        self, conversation: int, camille: Actor, at_work: Visitor
    ) -> None:
        path = f"/conversations/{conversation}"
        sent = replies.write(camille, conversation, "The blue one is safe.", form_key="c" * 24, seen_up_to=1)
        refused = at_work.post(f"{path}/replies", answer_form())
        assert refused.status_code == 409
        assert "Someone has answered in the meantime" in refused.text
        assert "The blue one is safe." in refused.text
        assert "It is safe.</textarea>" in refused.text
        shown = HELD_FIELD.findall(refused.text)
        assert shown == [("seen_up_to", "1"), ("answered_up_to", str(sent.id))]
        again = at_work.post(f"{path}/replies", answer_form(form_key="l" * 24, **dict(shown)))
        assert again.status_code == 303
        assert [reply.text for reply in session().scalars(select(Reply))] == ["The blue one is safe.", "It is safe."]

    def test_a_part_fetched_since_does_not_say_that_more_was_seen(
        self, conversation: int, camille: Actor, at_work: Visitor
    ) -> None:
        template = templates.create(camille, "Safe", {"en": "The blue one is safe."}).id
        fetched = at_work.post(
            f"/conversations/{conversation}/template",
            answer_form(insert=str(template)),
            headers={"HX-Request": "true", "Referer": "https://inbox.example.org/"},
        )
        assert "The blue one is safe.</textarea>" in fetched.text
        assert "_up_to" not in fetched.text

    def test_a_reply_that_is_too_long_is_kept_on_screen(self, conversation: int, at_work: Visitor) -> None:
        answer = at_work.post(f"/conversations/{conversation}/replies", answer_form(text="x" * 501))
        assert answer.status_code == 400
        assert "501 of 500" in answer.text
        assert "x" * 501 + "</textarea>" in answer.text

    @pytest.mark.parametrize("seen", ["", "abc", "-1", "9" * 30])
    def test_a_form_that_was_tampered_with_is_refused(self, conversation: int, at_work: Visitor, seen: str) -> None:
        answer = at_work.post(f"/conversations/{conversation}/replies", answer_form(seen_up_to=seen))
        assert answer.status_code == 400
        assert "It is safe.</textarea>" in answer.text

    def test_taking_handing_over_and_letting_go(
        self, conversation: int, camille: Actor, at_work: Visitor, make_member: MakeMember
    ) -> None:
        colleague = make_member(Role.COMMUNITY_MANAGER, email="karim@example.org")
        path = f"/conversations/{conversation}/assign"
        for form, assignee in (
            ({"to": "me"}, camille.member_id),
            ({"to": "member", "member_id": str(colleague.member_id)}, colleague.member_id),
            ({"to": "nobody"}, None),
        ):
            assert at_work.post(path, form).status_code == 303
            assert of(Conversation, conversation).assignee_id == assignee

    def test_snoozing_keeps_the_wait(self, conversation: int, at_work: Visitor) -> None:
        assert at_work.post(f"/conversations/{conversation}/snooze", {"for": "3", "seen_up_to": "1"}).status_code == 303
        row = of(Conversation, conversation)
        assert (row.state, row.snoozed_until) == (ConversationState.SNOOZED, START + timedelta(hours=3))
        assert row.waiting_since is not None
        assert at_work.post(f"/conversations/{conversation}/snooze", {"for": "3", "seen_up_to": "1"}).status_code == 409

    @pytest.mark.parametrize(
        ("deed", "form"),
        [
            ("snooze", {"for": "author"}),
            ("snooze", {"for": "moment", "until": "2026-03-02T18:00"}),
            ("close", {}),
            ("no-answer", {"reason": "thanks"}),
        ],
    )
    def test_nothing_is_done_over_a_comment_that_was_not_on_screen(
        self, scene: Scene, conversation: int, at_work: Visitor, deed: str, form: dict[str, str]
    ) -> None:
        path = f"/conversations/{conversation}"
        seen = re.findall(r'name="seen_up_to" value="(\d+)" form="(\S+)"', at_work.get(path).text)
        assert seen == [("1", each) for each in ("composer", "pause", "snooze", "no-answer", "close")]
        assert at_work.post(f"{path}/{deed}", form).status_code == 400, "what was seen has to be said"
        scene.comment(1, "ines", 5, "My son is choking on the cap!")
        refused = at_work.post(f"{path}/{deed}", {**form, "seen_up_to": "1"})
        assert refused.status_code == 409
        assert "They have written again in the meantime, and nothing was done: read it first." in refused.text
        assert "My son is choking on the cap!" in refused.text
        assert 'name="seen_up_to" value="2" form="close"' in refused.text
        assert all(value in refused.text for name, value in form.items() if name == "until")
        assert ('value="thanks" checked' in refused.text) == (deed == "no-answer")
        assert of(Conversation, conversation).state is ConversationState.WAITING
        assert at_work.post(f"{path}/{deed}", {**form, "seen_up_to": "2"}).status_code == 303

    def test_tomorrow_morning_is_on_the_members_clock(
        self, conversation: int, camille: Actor, at_work: Visitor
    ) -> None:
        with writing() as current:
            current.get_one(Member, camille.member_id).time_zone = "Europe/Paris"
        at_work.post(f"/conversations/{conversation}/snooze", {"for": "tomorrow", "seen_up_to": "1"})
        assert of(Conversation, conversation).snoozed_until.isoformat() == "2026-03-03T08:00:00+00:00"

    def test_closing_says_what_it_means(self, conversation: int, at_work: Visitor) -> None:
        page = at_work.get(f"/conversations/{conversation}").text
        assert "closed without a reply counts as unanswered" in page
        at_work.post(f"/conversations/{conversation}/close", {"seen_up_to": "1"})
        assert of(Conversation, conversation).state is ConversationState.CLOSED
        at_work.post(f"/conversations/{conversation}/reopen")
        assert of(Conversation, conversation).state is ConversationState.WAITING

    def test_no_answer_called_for_needs_a_reason(self, conversation: int, at_work: Visitor) -> None:
        path = f"/conversations/{conversation}/no-answer"
        assert at_work.post(path, {"reason": "because", "seen_up_to": "1"}).status_code == 400
        assert at_work.post(path, {"reason": "thanks", "seen_up_to": "1"}).status_code == 303
        assert of(Conversation, conversation).no_answer_reason is NoAnswerReason.THANKS

    def test_a_note_stays_inside(self, conversation: int, at_work: Visitor) -> None:
        assert at_work.post(f"/conversations/{conversation}/notes", {"note": " "}).status_code == 400
        assert at_work.post(f"/conversations/{conversation}/notes", {"note": "Ask the factory."}).status_code == 303
        assert session().scalars(select(Note.text)).all() == ["Ask the factory."]
        assert "Ask the factory." in at_work.get(f"/conversations/{conversation}").text

    def test_triage_is_corrected_where_it_stands(self, conversation: int, at_work: Visitor) -> None:
        path = f"/conversations/{conversation}/comments/1/triage"
        assert '<form class="correct"' in at_work.get(path).text
        assert at_work.post(path, {"kind": "criticism", "urgency": "0", "language": "fr"}).status_code == 303
        comment = of(Comment, 1)
        assert (comment.kind, comment.urgency, comment.language) == ("criticism", 0, "fr")
        assert "corrected by a colleague" in at_work.get(f"/conversations/{conversation}").text

    def test_an_edit_shows_both_versions(self, conversation: int, at_work: Visitor) -> None:
        with writing() as current:
            current.add(
                CommentVersion(
                    comment_id=1,
                    number=2,
                    text="Is the blue one SAFE?",
                    salt=bytes(16),
                    digest=digest_of(bytes(16), "Is the blue one SAFE?"),
                    written_at=START,
                    received_at=START,
                )
            )
        page = at_work.get(f"/conversations/{conversation}").text
        assert "Is the blue one SAFE?" in page
        assert "Is the blue one safe?" in page
        assert "edited 2 Mar 2026, 09:00" in page

    def test_a_comment_that_vanished_is_kept_and_said_so(self, conversation: int, at_work: Visitor) -> None:
        with writing() as current:
            current.get_one(Comment, 1).state = CommentState.VANISHED
        page = at_work.get(f"/conversations/{conversation}").text
        assert "It is kept here." in page
        assert "Is the blue one safe?" in page
        assert 'class="composer"' not in page

    @pytest.mark.parametrize(
        ("state", "sentence", "ways_out"),
        [
            (ReplyState.FAILED, "Not sent.", ["Send again", "Take it back"]),
            (ReplyState.UNCONFIRMED, "Unconfirmed.", ["It is there", "It is not there"]),
            (ReplyState.SENDING, "Being sent…", []),
        ],
    )
    def test_every_bad_state_has_a_way_out(
        self, conversation: int, camille: Actor, at_work: Visitor, state: ReplyState, sentence: str, ways_out: list[str]
    ) -> None:
        reply = replies.write(camille, conversation, "It is safe.", form_key="k" * 24, seen_up_to=1)
        with writing() as current:
            row = current.get_one(Reply, reply.id)
            row.state, row.error_code, row.sending_at = state, "timed_out", clock.now()
        page = at_work.get(f"/conversations/{conversation}").text
        assert sentence in page
        for way in ("Send again", "Take it back", "It is there", "It is not there"):
            assert (f">{way}</button>" in page) == (way in ways_out), way

    def test_an_unconfirmed_reply_is_settled_by_a_person(
        self, conversation: int, camille: Actor, at_work: Visitor
    ) -> None:
        reply = replies.write(camille, conversation, "It is safe.", form_key="k" * 24, seen_up_to=1)
        with writing() as current:
            row = current.get_one(Reply, reply.id)
            row.state, row.sending_at = ReplyState.UNCONFIRMED, clock.now()
        at_work.post(f"/conversations/{conversation}/replies/{reply.id}/settle", {"was_sent": "yes"})
        assert of(Reply, reply.id).state is ReplyState.SENT

    def test_an_import_is_answered_elsewhere_and_marked(self, scene: Scene, at_work: Visitor) -> None:
        imported = scene.comment(scene.account("Old", network="import"), "paul", 0)
        page = at_work.get(f"/conversations/{imported}").text
        assert "This cannot be answered from here." in page
        assert 'class="composer"' not in page
        answer = at_work.post(f"/conversations/{imported}/answered-natively", answer_form())
        assert answer.status_code == 303
        assert of(Conversation, imported).state is ConversationState.ANSWERED


class TestSending:
    def test_one_click_holds_everything_and_every_page_says_so(
        self, conversation: int, at_work: Visitor, make_member: MakeMember, visit: Visit
    ) -> None:
        assert at_work.post("/sending/hold").status_code == 303
        assert session().scalars(select(SendingHold)).one().account_id is None
        for page in ("/queue", "/templates", f"/conversations/{conversation}"):
            assert "All sending is held." in at_work.get(page).text, page
        answer = at_work.post(f"/conversations/{conversation}/replies", answer_form())
        assert "It leaves once sending is released." in at_work.get(answer.location).text
        assert at_work.post("/sending/release", {"seen": "1"}).status_code == 403
        supervisor = visit(make_member(Role.SUPERVISOR))
        page = supervisor.get("/sending").text
        assert "It is safe." in page
        assert "1 reply waits" in page
        assert supervisor.post("/sending/release", {"seen": "0"}).status_code == 409
        assert supervisor.post("/sending/release", {"seen": "1"}).status_code == 303
        assert "All sending is held." not in at_work.get("/queue").text

    def test_one_account_is_held_alone(self, conversation: int, at_work: Visitor) -> None:
        assert at_work.post("/sending/hold", {"account_id": "1", "reason": "wrong batch"}).status_code == 303
        page = at_work.get("/sending").text
        assert "wrong batch" in page
        assert "Sending is held on 1 account." in page


class TestTemplates:
    def test_a_template_is_written_changed_retired_and_brought_back(self, at_start: Any, at_work: Visitor) -> None:
        form = {"name": "Thanks", "text-en": "Thank you, {author_name}.", "text-fr": "", "kind": "praise"}
        assert at_work.post("/templates/new", form).status_code == 303
        assert "Thank you, {author_name}." in at_work.get("/templates").text
        assert at_work.post("/templates/1", {**form, "name": "Thank you", "seen_number": "1"}).status_code == 303
        assert at_work.post("/templates/1/retire").status_code == 303
        assert "Bring back" in at_work.get("/templates").text
        assert at_work.post("/templates/1/bring-back").status_code == 303
        assert "Bring back" not in at_work.get("/templates").text

    def test_what_was_typed_stays_when_it_is_refused(self, at_start: Any, at_work: Visitor) -> None:
        answer = at_work.post("/templates/new", {"name": "", "text-en": "Thank you.", "holding": "yes"})
        assert answer.status_code == 400
        assert "needs a name" in answer.text
        assert "Thank you.</textarea>" in answer.text
        assert 'name="holding" value="yes" checked' in answer.text

    def test_a_colleague_who_was_quicker_is_told(self, at_start: Any, camille: Actor, at_work: Visitor) -> None:
        template = templates.create(camille, "Thanks", {"en": "Thank you."})
        templates.edit(camille, template.id, name="Thanks", texts={"en": "Thank you all."})
        form = {"name": "Thanks", "text-en": "Mine.", "seen_number": "1"}
        answer = at_work.post(f"/templates/{template.id}", form)
        assert answer.status_code == 409
        assert "Mine.</textarea>" in answer.text


class TestAdministration:
    @pytest.fixture
    def admin(self, at_start: Any, make_member: MakeMember, visit: Visit) -> Visitor:
        return visit(make_member(Role.ADMINISTRATOR))

    def test_a_member_is_added_and_signs_in_with_the_password_shown_once(self, admin: Visitor, visit: Visit) -> None:
        answer = admin.post("/members", {"email": "new@example.org", "role": ["analyst"], "language": "fr"})
        assert answer.status_code == 200
        password = answer.text.partition("<code>")[2].partition("</code>")[0]
        assert visit().post("/sign-in", {"email": "new@example.org", "password": password}).status_code == 303
        assert password not in admin.get("/members").text

    def test_a_member_without_a_role_is_refused_with_the_form_kept(self, admin: Visitor) -> None:
        answer = admin.post("/members", {"email": "new@example.org"})
        assert answer.status_code == 400
        assert "at least one role" in answer.text
        assert 'value="new@example.org"' in answer.text

    def test_the_last_administrator_stays(self, admin: Visitor) -> None:
        answer = admin.post("/members/1/roles", {"role": ["analyst"]})
        assert answer.status_code in {400, 409}
        assert "last administrator" in answer.text

    def test_an_account_that_the_network_refuses_is_told_with_the_form_kept(self, admin: Visitor) -> None:
        form = {"identifier": "brand", "base_url": "http://10.0.0.1", "credential-app_password": "hunter2hunter2"}
        answer = admin.post("/accounts/connect/bluesky", form)
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text
        assert 'value="brand"' in answer.text
        assert "hunter2" not in answer.text
        assert session().scalars(select(Account)).all() == []

    def test_targets_are_set_and_a_slip_is_told_at_the_account(self, scene: Scene, admin: Visitor) -> None:
        account = scene.account()
        path = f"/accounts/{account}/targets"
        assert admin.post(path, {"first_minutes": "30", "next_minutes": "45"}).status_code == 303
        row = of(Account, account)
        assert (row.first_target_seconds, row.next_target_seconds) == (1800, 2700)
        stricter = {"first_minutes-danger-crisis": "5", "next_minutes-danger-crisis": "", "first_minutes-press": "20"}
        minutes = {"first_minutes": "30", "next_minutes": "45", **stricter}
        assert admin.post(path, minutes).status_code == 303
        session().rollback()
        assert targets.targets_of(OPERATOR, account) == {
            targets.ORDINARY: (1800, 2700),
            targets.Case(1, False): (1200, None),
            targets.Case(0, True): (300, None),
        }
        shown = admin.get("/accounts").text
        assert re.search(r'name="first_minutes-danger-crisis"[^>]* value="5"', shown)
        assert admin.post(path, {**minutes, "first_minutes-danger-crisis": ""}).status_code == 303
        session().rollback()
        assert targets.Case(0, True) not in targets.targets_of(OPERATOR, account)
        answer = admin.post(path, {"first_minutes": "soon", "next_minutes": "45"})
        assert answer.status_code == 400
        assert "whole number" in answer.text
        assert 'value="soon"' in answer.text

    def test_disconnecting_keeps_what_was_collected(self, scene: Scene, admin: Visitor, conversation: int) -> None:
        assert admin.post("/accounts/1/disconnect").status_code == 303
        assert "Disconnected" in admin.get("/accounts").text
        assert session().scalars(select(CommentVersion.text)).all() == ["Is the blue one safe?"]


class TestResponseTimes:
    def test_the_table_and_the_file_say_the_same(self, scene: Scene, make_member: MakeMember, visit: Visit) -> None:
        account = scene.account()
        scene.answer(scene.comment(account, "ines", 0), 20)
        scene.comment(account, "paul", 10)
        analyst = visit(make_member(Role.ANALYST))
        page = analyst.get("/reports/response-times?by=kind").text
        assert "Half of the people who wrote had a first answer within 20\N{NO-BREAK SPACE}min." in page
        file = analyst.get("/reports/response-times.csv?by=kind")
        assert file.mimetype == "text/csv"
        assert "attachment" in file.headers["Content-Disposition"]
        lines = file.text.splitlines()
        row = dict(zip(lines[0].split(","), lines[1].split(","), strict=True))
        assert (row["waits"], row["answered"], row["first_response_median_seconds"]) == ("2", "1", "1200.0")

    @pytest.mark.parametrize("query", ["from=soon", "by=phase", "from=2026-03-02&to=2026-03-01"])
    def test_a_period_that_cannot_be_read_is_told(
        self, at_start: Any, make_member: MakeMember, visit: Visit, query: str
    ) -> None:
        answer = visit(make_member(Role.ANALYST)).get(f"/reports/response-times?{query}")
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text


class TestQueue:
    def test_its_empty_states_say_what_is_good(self, at_start: Any, at_work: Visitor) -> None:
        assert "Everybody has an answer" in at_work.get("/queue").text
        assert "Nobody matches these filters" in at_work.get("/queue?kind=praise").text
        for state in ("snoozed", "answered", "closed"):
            assert 'class="empty"' in at_work.get(f"/queue?state={state}").text

    @pytest.mark.parametrize(
        "query", ["state=gone", "due=later", "account=x", "assignee=-1", "post=9999999999999999999999"]
    )
    def test_a_filter_nobody_knows_is_not_ignored(self, at_start: Any, at_work: Visitor, query: str) -> None:
        assert at_work.get(f"/queue?{query}").status_code == 400

    def test_the_next_person_is_mine_or_nobodys(self, scene: Scene, camille: Actor, at_work: Visitor) -> None:
        account = scene.account()
        first, second = scene.comment(account, "ines", 0), scene.comment(account, "paul", 1)
        assert at_work.get("/queue/next").location == f"/conversations/{first}"
        assert at_work.get("/queue/next?after_author=1").location == f"/conversations/{second}"
        at_work.post(f"/conversations/{second}/assign", {"to": "me"})
        assert at_work.get("/queue/next").location == f"/conversations/{second}"
        danger = scene.comment(account, "zoe", 2, urgency=0)
        assert at_work.get("/queue/next").location == f"/conversations/{danger}"

    def test_who_is_past_due_and_due_soon_have_lists_of_their_own(self, scene: Scene, at_work: Visitor) -> None:
        account = scene.account()
        scene.comment(account, "ines", 0)
        scene.comment(account, "paul", 10)
        past, soon = at_work.get("/queue?due=past").text, at_work.get("/queue?due=soon").text
        assert ("ines" in past, "paul" in past, "ines" in soon, "paul" in soon) == (True, False, False, True)
        assert re.search(
            r'href="/queue\?due=past" aria-current="true">Past due <span class="count" data-counter="past">1</span>',
            past,
        )
        assert '<input type="hidden" name="due" value="soon">' in soon
        scene.answer(1, 60)
        assert "Nobody has waited too long" in at_work.get("/queue?due=past").text
        assert at_work.get("/queue?due=past&state=closed").status_code == 400

    def test_danger_is_said_in_words(self, scene: Scene, at_work: Visitor) -> None:
        scene.comment(scene.account(), "ines", 0, urgency=0)
        assert ">Danger</span>" in at_work.get("/queue").text


def test_the_machine_that_watches_is_answered(app: Any, visit: Visit) -> None:
    assert visit().get("/healthz").text == "ok\n"
    assert visit().get("/readyz").status_code == 200
