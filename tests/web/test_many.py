"""Many at once on the pages: rows that are selected, tags, and prepared replies that are ticked one by one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.answering import conversations, prepared, prepared_reading, prepared_sending, replies, tags, templates
from inbox.extensions import session, writing
from inbox.models import Author, BulkReply, PreparedReply, Reply, ReplyState, SavedView, Tag
from inbox.permissions import WORKER, Actor
from tests.scenes import Scene
from tests.web.conftest import Open, Visitor
from tests.web.test_axe import found_by_axe

Group = Callable[..., BulkReply]


@pytest.fixture
def talks(scene: Scene, supervisor: Actor) -> list[int]:
    """Four people who ask the same, and a template to begin with."""
    account = scene.account()
    templates.create(supervisor, "Safe", {"en": "Hello {author_name}, {answer}"}, kind="question")
    return [scene.comment(account, name, 10 + number, "Is it safe?") for number, name in enumerate("abcd")]


def fresh() -> Session:
    """The session, which sees what the pages have stored meanwhile."""
    session().rollback()
    session().expire_all()
    return session()


def page_of(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def follow(visitor: Visitor, path: str, form: dict[str, object]) -> str:
    answer = visitor.post(path, form)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return page_of(visitor, answer.headers["Location"].replace("https://inbox.example.org", ""))


class TestSelectedRows:
    def test_a_deed_that_needs_a_word_asks_for_it_and_tells_what_became_of_each(
        self, talks: list[int], desk: Visitor, cm: Actor
    ) -> None:
        assert f'name="pick" value="{talks[0]}.0"' in page_of(desk, "/queue")
        conversations.close(cm, talks[3])
        known = [f"{each}.0" for each in talks]
        asking = desk.post("/queue/many?kind=question", {"do": "snooze", "pick": talks})
        assert "4 people selected" in asking.get_data(as_text=True)
        told = follow(desk, "/queue/many/do?kind=question", {"do": "snooze", "pick": known, "for": "3"})
        assert "Done for 3 conversations." in told
        assert "Nobody waits there any more." in told
        assert 'href="/queue?kind=question"' in told, "the way back leads to the same list"

    def test_whoever_wrote_again_since_the_list_was_made_is_not_put_off(
        self, talks: list[int], desk: Visitor, scene: Scene
    ) -> None:
        picked = [f"{each}.0" for each in talks]
        assert desk.post("/queue/many/do", {"do": "snooze", "pick": talks, "for": "3"}).status_code == 400
        scene.comment(1, "a", 30, "My son is choking on the cap!")
        with writing() as current:
            current.scalars(select(Author).where(Author.identifier == "a")).one().comment_count += 1
        asking = desk.post("/queue/many", {"do": "snooze", "pick": picked}).get_data(as_text=True)
        assert all(f'value="{each}"' in asking for each in picked)
        told = follow(desk, "/queue/many/do", {"do": "snooze", "pick": picked, "for": "3"})
        assert "Done for 3 conversations." in told
        assert "They have written again in the meantime, and nothing was done: read it first." in told

    def test_what_was_typed_is_not_lost_where_it_is_refused(self, talks: list[int], desk: Visitor) -> None:
        refused = desk.post("/queue/many/do", {"do": "tag", "pick": talks, "tag": "x" * 50})
        assert refused.status_code == 400
        page = refused.get_data(as_text=True)
        assert "The tag is too long" in page
        assert "x" * 50 in page
        assert page.count('name="pick"') >= 4
        nobody = desk.post("/queue/many", {"do": "note"})
        assert (nobody.status_code, "Nobody is selected" in nobody.get_data(as_text=True)) == (400, True)
        assert desk.post("/queue/many", {"do": "note", "pick": ["1; --"]}).status_code == 400

    def test_everybody_of_a_view_is_asked_for_once_more(self, talks: list[int], desk: Visitor) -> None:
        asking = desk.post("/queue/many", {"do": "take", "all": "yes", "pick": talks[:1]})
        assert "4 people selected" in asking.get_data(as_text=True)
        assert "Done for 4 conversations." in follow(desk, "/queue/many/do", {"do": "take", "pick": talks})

    def test_a_colleague_does_not_see_the_result(self, talks: list[int], desk: Visitor, chief: Visitor) -> None:
        follow(desk, "/queue/many/do", {"do": "note", "pick": talks, "note": "See the drive."})
        assert chief.get("/queue/many/1").status_code == 404


class TestTags:
    def test_on_a_conversation_in_the_list_and_in_the_address(self, talks: list[int], desk: Visitor, cm: Actor) -> None:
        assert "battery" in follow(desk, f"/conversations/{talks[0]}/tags", {"tag": "battery"})
        tag = fresh().scalars(select(Tag)).one()
        listed = page_of(desk, f"/queue?tag={tag.id}")
        assert len(re.findall(r'<li class="line', listed)) == 1
        assert "<bdi>battery</bdi>" in listed
        desk.post("/views", {"name": "Batteries", "tag": str(tag.id)})
        assert fresh().scalars(select(SavedView)).one().filters == {"tag": str(tag.id)}
        follow(desk, f"/conversations/{talks[0]}/tags/{tag.id}/off", {})
        fresh()
        assert tags.of_conversation(cm, talks[0]) == []

    def test_a_supervisor_keeps_the_list(self, talks: list[int], desk: Visitor, chief: Visitor, cm: Actor) -> None:
        tag = tags.put_on(cm, talks[0], "batery")
        tags.put_on(cm, talks[0], "refund")
        assert "Rename" not in page_of(desk, "/tags")
        assert desk.post(f"/tags/{tag.id}/rename", {"name": "x"}).status_code == 403
        assert "battery" in follow(chief, f"/tags/{tag.id}/rename", {"name": "battery"})
        refused = chief.post(f"/tags/{tag.id}/rename", {"name": "Refund"})
        assert (refused.status_code, 'value="Refund"' in refused.get_data(as_text=True)) == (409, True)
        assert "Bring back" in follow(chief, f"/tags/{tag.id}/retire", {})
        follow(chief, f"/tags/{tag.id}/bring-back", {})


def rows(bulk_id: int) -> list[PreparedReply]:
    found = fresh().scalars(select(PreparedReply).where(PreparedReply.bulk_id == bulk_id).order_by(PreparedReply.id))
    return list(found)


class TestPreparedReplies:
    def test_from_a_group_to_replies_without_any_script(
        self, talks: list[int], desk: Visitor, cm: Actor, chief: Visitor
    ) -> None:
        group = page_of(desk, f"/queue?alike={_comment(talks[0])}")
        assert "Prepare a reply to each of the 4 people" in group
        assert "Begin every reply with a template" in follow(desk, "/prepared", {"alike": _comment(talks[0])})
        assert chief.get("/prepared/1").status_code == 404
        template = str(templates.list_templates(cm)[0].id)
        page = follow(desk, "/prepared/1/template", {"template_id": template})
        assert "Hello a, {answer}" in page
        assert "in 4 replies" in page
        assert "Still open" in page
        early = desk.post("/prepared/1/start", {"pause": "30"})
        assert (early.status_code, "4 of them are not ticked" in early.get_data(as_text=True)) == (409, True)
        first, second, third, fourth = rows(1)
        refused = desk.post(f"/prepared/1/{first.id}", {"do": "tick", "text": "Hello {answer}", "number": first.number})
        assert (refused.status_code, "is not filled in yet" in refused.get_data(as_text=True)) == (400, True)
        for row, text in ((first, "Yes, we tested it in March."), (second, "The blue one as well, b.")):
            row = fresh().get_one(PreparedReply, row.id, populate_existing=True)
            ticked = follow(desk, f"/prepared/1/{row.id}", {"do": "tick", "text": text, "number": row.number})
        assert "2 of 4 ticked" in ticked
        for row in (third, fourth):
            follow(desk, f"/prepared/1/{row.id}", {"do": "leave_out"})
        page = follow(desk, "/prepared/1/start", {"pause": "30"})
        assert "30 seconds between two" in page
        fresh()
        assert prepared_sending.hand_over_due(WORKER) == 1
        assert "Leaves in 15" in page_of(desk, "/prepared/1")
        assert "Stopped." in follow(desk, "/prepared/1/stop", {})
        assert fresh().scalars(select(Reply.state)).all() == [ReplyState.WITHDRAWN]
        assert "put away" in follow(desk, "/prepared/1/away", {})

    def test_what_a_colleague_answers_stands_in_the_row(
        self, talks: list[int], cm: Actor, supervisor: Actor, desk: Visitor, scene: Scene
    ) -> None:
        words, screen = "We tested <it> in March.", scene.seen(talks[0])
        replies.write(supervisor, talks[0], words, form_key="k" * 24, seen_up_to=screen, delay_seconds=600)
        bulk = prepared.begin(cm, talks)
        page = page_of(desk, "/prepared/1")
        assert "Supervisor has written to them; it has not left yet:" in page
        assert "We tested &lt;it&gt; in March." in page
        refused = desk.post(f"/prepared/1/{rows(bulk.id)[0].id}", {"do": "put_in"})
        assert (refused.status_code, "An answer to them is under way" in refused.get_data(as_text=True)) == (409, True)

    def test_an_analyst_and_a_colleague_change_nothing(
        self, talks: list[int], cm: Actor, chief: Visitor, phone: Visitor
    ) -> None:
        bulk = prepared.begin(cm, talks)
        row = rows(bulk.id)[0]
        for visitor, status in ((chief, 404), (phone, 403)):
            for path in ("start", "stop", "away", "reason", str(row.id)):
                answer = visitor.post(f"/prepared/{bulk.id}/{path}", {"pause": "30", "do": "save", "number": "0"})
                assert answer.status_code == status, path


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
class TestInABrowser:
    def test_rows_are_selected_by_keyboard_and_with_shift(
        self, talks: list[int], cm: Actor, open_browser: Open
    ) -> None:
        page = open_browser(cm, viewport={"width": 1440, "height": 900}).new_page()
        page.goto("/queue")
        bar = page.locator(".many-bar")
        expect(bar).to_be_hidden()
        page.keyboard.press("j")
        page.keyboard.press("x")
        expect(bar.locator(".how-many")).to_have_text("1 person selected")
        boxes = page.locator("#rows .pick input")
        boxes.nth(2).click(modifiers=["Shift"])
        expect(bar.locator(".how-many")).to_have_text("3 people selected")
        assert found_by_axe(page) == []
        page.get_by_role("button", name="Select nobody").click()
        expect(bar).to_be_hidden()
        boxes.first.click()
        page.get_by_role("button", name="Select all shown").click()
        page.get_by_role("button", name="Tag…").click()
        expect(page.locator("#tag")).to_be_focused()
        page.locator("#tag").fill("battery")
        page.locator("#tag").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Tagged “battery”")
        expect(page.get_by_role("link", name="Back to the queue")).to_be_focused()
        page.get_by_role("link", name="Back to the queue").press("Enter")
        expect(page.locator("#rows .tag")).to_have_count(4)

    def test_what_is_prepared_outlives_a_reload_and_the_next_one_is_gone_on_with(
        self, talks: list[int], cm: Actor, open_browser: Open
    ) -> None:
        bulk = prepared.begin(cm, talks)
        page = open_browser(cm, viewport={"width": 1440, "height": 900}).new_page()
        page.goto(f"/prepared/{bulk.id}")
        first = page.locator(".prepared-one textarea").first
        first.fill("Yes, a: it is")
        expect(page.locator(".standing-of").first).to_contain_text("13 / ")
        page.reload()
        expect(first).to_have_value("Yes, a: it is")
        first.press("Control+Enter")
        expect(page.locator("#tally")).to_have_text("1 of 4 ticked")
        expect(page.locator(".prepared-one textarea").nth(1)).to_be_focused()
        page.keyboard.type("Yes, b: {answer}")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("alert")).to_contain_text("is not filled in yet")
        assert prepared_reading.tally(cm, bulk.id).ticked == 1

    def test_whoever_a_colleague_takes_is_said_to_be_out_at_once(
        self, talks: list[int], cm: Actor, supervisor: Actor, open_browser: Open
    ) -> None:
        bulk = prepared.begin(cm, talks)
        page = open_browser(cm, viewport={"width": 390, "height": 844}).new_page()
        page.goto(f"/prepared/{bulk.id}")
        expect(page.locator(".prepared-one")).to_have_count(4)
        conversations.assign(supervisor, talks[1], supervisor.member_id)
        expect(page.locator(".prepared-out")).to_contain_text("Supervisor: A colleague has taken them.")
        expect(page.locator("#tally")).to_have_text("0 of 3 ticked")


def _comment(conversation_id: int) -> str:
    from inbox.models import Comment

    return str(fresh().scalars(select(Comment.id).where(Comment.conversation_id == conversation_id)).one())
