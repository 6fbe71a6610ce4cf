"""Before an answer is sent: what would become of it, approved words put into it and put back, in the conversation."""

from __future__ import annotations

import re

import pytest

from inbox.answering import apologies, apology_views, replies
from inbox.answering.apology_wording import Wording
from inbox.extensions import writing
from inbox.models import Author, Reply, ReplyState
from inbox.permissions import Actor
from tests.scenes import Scene
from tests.web.approving import CORE, HELD, HTMX, held, now, seen, submitted
from tests.web.conftest import Visit, Visitor

WRITTEN = CORE.replace("{author_name}", "ines")
HOSTILE = ["{{7*7}}", "<img src=x onerror=alert(1)>", "\u202eevil\u202c", "x" * 5_000, "{author_name}", "{topic}"]


@pytest.fixture
def conversation(scene: Scene) -> int:
    return scene.comment(scene.account(), "ines", 0, "The cap came off.")


@pytest.fixture
def desk(conversation: int, cm: Actor, visit: Visit) -> Visitor:
    return visit(cm)


@pytest.fixture
def approved(cm: Actor, supervisor: Actor, conversation: int) -> int:
    apology = submitted(cm)
    apologies.confirm(supervisor, apology.id, seen_hash=seen(apology))
    return apology.id


def answer_form(text: str, **more: str) -> dict[str, str]:
    return {"form_key": "k" * 24, "seen_up_to": "1", "answered_up_to": "0", "text": text, **more}


def composed(page: str) -> str:
    """What stands in the composer."""
    found = re.search(r'<textarea id="text"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return found[1]


class TestBeforeSending:
    def test_free_words_and_courtesies_are_told_nothing(self, conversation: int, desk: Visitor) -> None:
        for text in ("Thank you for writing.", "Sorry for the wait. It is safe.", " "):
            told = desk.post(f"/conversations/{conversation}/check", answer_form(text), headers=HTMX).text
            assert 'class="would"' not in told
            assert re.search(r'id="send" hx-swap-oob="true">\s*Send\s*<kbd', told)

    def test_an_apology_is_told_marked_and_offered_ways_out(self, conversation: int, desk: Visitor) -> None:
        text = f"Thank you. {HELD} Take care."
        for headers in (HTMX, {"Referer": "https://inbox.example.org/"}):
            told = desk.post(f"/conversations/{conversation}/check", answer_form(text), headers=headers).text
            assert "This apologises in words nobody has approved: it will wait for a supervisor." in told
            assert f'<mark class="found found-apology">{HELD}' in told
            assert "Send for approval" in told
            assert 'formaction="/apologies/new/from-reply"' in told
            assert "Insert an approved wording" in told

    def test_a_changed_core_is_told_with_both_words(self, conversation: int, desk: Visitor, approved: int) -> None:
        text = f"Thank you.\n\n{WRITTEN.replace('Friday', 'Monday')} Take care."
        told = desk.post(f"/conversations/{conversation}/check", answer_form(text), headers=HTMX).text
        assert "You changed the approved wording, which voids its approval." in told
        assert "“Friday” → “Monday”" in told
        assert re.search(r"<del>.*?Friday</del><ins>.*?Monday</ins>", told)
        mended = desk.post(f"/conversations/{conversation}/put-back", answer_form(text), headers=HTMX).text
        assert composed(mended) == f"Thank you.\n\n{WRITTEN} Take care."
        assert 'class="would"' not in mended

    def test_a_refused_answer_says_it_as_well(self, conversation: int, desk: Visitor) -> None:
        form = answer_form(HELD, answered_up_to="x")
        answer = desk.post(f"/conversations/{conversation}/replies", form)
        assert answer.status_code == 400
        assert "This apologises in words nobody has approved" in answer.text


class TestApprovedApologies:
    def test_they_are_offered_filled_and_put_in_where_the_caret_is(
        self, conversation: int, desk: Visitor, approved: int
    ) -> None:
        path = f"/conversations/{conversation}"
        assert "ines, we apologise for the loose caps." in desk.get(f"{path}/apologies").text
        form = answer_form("Hello!\n\nTake care.", apology=str(approved), caret="8")
        put = desk.post(f"{path}/apology", form, headers=HTMX).text
        assert composed(put) == f"Hello!\n\n{WRITTEN}\n\nTake care."
        assert "<html" not in put
        whole = desk.post(f"{path}/apology", form).text
        assert composed(whole) == f"Hello!\n\n{WRITTEN}\n\nTake care."

    def test_without_script_the_list_opens_in_the_page_and_keeps_the_text(
        self, conversation: int, desk: Visitor, approved: int
    ) -> None:
        page = desk.post(f"/conversations/{conversation}/apologies", answer_form("Hello!")).text
        assert composed(page) == "Hello!"
        assert f'name="apology" value="{approved}"' in page

    def test_what_is_not_in_force_is_not_put_in(self, conversation: int, cm: Actor, desk: Visitor) -> None:
        waiting = submitted(cm)
        form = answer_form("", apology=str(waiting.id))
        assert desk.post(f"/conversations/{conversation}/apology", form).status_code == 404
        assert "No apology is approved" in desk.get(f"/conversations/{conversation}/apologies").text

    @pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
    def test_a_hostile_name_is_plain_wherever_it_goes(
        self, conversation: int, cm: Actor, desk: Visitor, approved: int, name: str
    ) -> None:
        with writing() as current:
            current.query(Author).one().display_name = name
        [offer] = apology_views.offered(cm, conversation)
        assert len(offer.text) < 800
        assert "\u202e" not in offer.text
        page = desk.get(f"/conversations/{conversation}/apologies").text
        assert "<img" not in page
        assert "49" not in page.partition('<bdi class="words"')[2].partition("</bdi>")[0]
        put = desk.post(f"/conversations/{conversation}/apology", answer_form("", apology=str(approved)), headers=HTMX)
        assert "<img" not in put.text
        reply = replies.write(cm, conversation, offer.text[:490], form_key="k" * 24, seen_up_to=1)
        assert "\u202e" not in reply.text
        assert "<img" not in desk.get(f"/conversations/{conversation}").text

    def test_nobody_has_a_link_published_by_calling_themselves_so(
        self, conversation: int, cm: Actor, approved: int
    ) -> None:
        with writing() as current:
            current.query(Author).one().display_name = "Ines https://evil.example @everybody"
        [offer] = apology_views.offered(cm, conversation)
        assert offer.text.startswith("Ines everybody, we apologise")
        reply = replies.write(cm, conversation, offer.text, form_key="k" * 24, seen_up_to=1)
        assert (reply.state, reply.held_code) == (ReplyState.QUEUED, None)


class TestInTheThread:
    def test_a_reply_that_waits_says_why_and_what_is_missing(self, conversation: int, cm: Actor, desk: Visitor) -> None:
        held(cm, conversation)
        page = desk.get(f"/conversations/{conversation}").text
        assert "It apologises in words that nobody has approved: it leaves once a second member has." in page
        assert "You stand behind it. 1 more member completes it." in page

    def test_a_returned_reply_is_changed_where_it_stands(
        self, conversation: int, cm: Actor, supervisor: Actor, desk: Visitor, visit: Visit
    ) -> None:
        reply = held(cm, conversation)
        path = f"/replies/approvals/replies/{reply.id}"
        visit(supervisor).post(f"{path}/return", {"seen_hash": reply.text_hash, "words": "Which caps?"})
        page = desk.get(f"/conversations/{conversation}").text
        assert "Which caps?" in page
        assert f"{HELD}</textarea>" in page
        form = {"seen_hash": reply.text_hash, "at": "conversation", "text": "  "}
        refused = desk.post(f"{path}/edit", form)
        assert refused.status_code == 400
        assert 'class="talk"' in refused.text
        answer = desk.post(f"{path}/edit", {**form, "text": HELD.replace("loose", "blue")})
        assert answer.location == f"/conversations/{conversation}#reply-{reply.id}"
        assert now(Reply, reply.id).state is ReplyState.SUBMITTED

    def test_the_writer_accepts_what_an_approver_corrected(
        self, conversation: int, cm: Actor, supervisor: Actor, desk: Visitor, visit: Visit
    ) -> None:
        reply = held(cm, conversation)
        path = f"/replies/approvals/replies/{reply.id}"
        chief = visit(supervisor)
        chief.post(f"{path}/edit", {"seen_hash": reply.text_hash, "text": HELD.replace("loose", "blue")})
        corrected = now(Reply, reply.id).text_hash
        page = desk.get(f"/conversations/{conversation}").text
        assert "Accept this version" in page
        form = {"seen_hash": corrected, "at": "conversation"}
        assert desk.post(f"{path}/confirm", form).location == f"/conversations/{conversation}#reply-{reply.id}"
        assert now(Reply, reply.id).state is ReplyState.QUEUED

    def test_a_conflict_in_the_thread_keeps_what_was_typed(
        self, conversation: int, cm: Actor, supervisor: Actor, desk: Visitor, visit: Visit
    ) -> None:
        reply = held(cm, conversation)
        old = reply.text_hash
        path = f"/replies/approvals/replies/{reply.id}"
        visit(supervisor).post(f"{path}/edit", {"seen_hash": old, "text": HELD.replace("loose", "blue")})
        answer = desk.post(f"{path}/edit", {"seen_hash": old, "at": "conversation", "text": "We apologise. Mine."})
        assert answer.status_code == 409
        assert "We apologise. Mine.</textarea>" in answer.text
        assert "for the blue caps." in answer.text

    def test_on_an_imported_account_it_is_approved_here_and_sent_there(
        self, scene: Scene, cm: Actor, supervisor: Actor, visit: Visit
    ) -> None:
        imported = scene.comment(scene.account("Old", network="import"), "paul", 0)
        desk = visit(cm)
        assert "Ask approval first" in desk.get(f"/conversations/{imported}").text
        assert desk.post(f"/conversations/{imported}/replies", answer_form(HELD)).status_code == 303
        reply = now(Reply, 1)
        path = f"/conversations/{imported}/replies/{reply.id}/sent-natively"
        assert desk.post(path).status_code == 409
        visit(supervisor).post(f"/replies/approvals/replies/{reply.id}/confirm", {"seen_hash": reply.text_hash})
        assert now(Reply, reply.id).state is ReplyState.APPROVED
        assert "It was sent there" in desk.get(f"/conversations/{imported}").text
        assert desk.post(path).status_code == 303
        assert now(Reply, reply.id).state is ReplyState.SENT
        page = desk.get(f"/conversations/{imported}").text
        assert "Marked as sent by one of us; the network has not shown it yet." in page
        assert "Confirmed by the network" not in page


def test_a_wording_with_its_own_language_comes_first(scene: Scene, cm: Actor, supervisor: Actor) -> None:
    conversation = scene.comment(scene.account(), "ines", 0)
    for language, core in (("fr", "Nous vous présentons nos excuses."), ("en", "We apologise to you.")):
        apology = apologies.create(cm, language, language, Wording(core))
        apologies.submit(cm, apology.id, seen_hash=seen(apology))
        apologies.confirm(supervisor, apology.id, seen_hash=seen(apology))
    assert [one.language for one in apology_views.offered(cm, conversation)] == ["en", "fr"]
