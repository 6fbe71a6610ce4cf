"""Finding a template by typing, putting it in, filling its places: in a real browser, with the keyboard alone."""

from __future__ import annotations

import io
import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from inbox.answering import facts, replies, templates
from inbox.answering.starter_templates import add_starter_set
from inbox.extensions import session, writing
from inbox.models import Account, Author, Conversation, Reply
from inbox.permissions import Actor, Role
from tests.answering.stage import seen
from tests.conftest import MakeMember
from tests.scenes import Scene
from tests.web.conftest import Open, Visit

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def camille(scene: Scene, make_member: MakeMember) -> Actor:
    return make_member(Role.COMMUNITY_MANAGER)


def on(page: Page, conversation: int) -> Page:
    page.goto(f"/conversations/{conversation}")
    page.evaluate("window.here = true")
    return page


def test_a_slash_finds_and_enter_inserts(scene: Scene, camille: Actor, open_browser: Open) -> None:
    conversation = scene.comment(scene.account(), "ines", 0)
    templates.create(camille, "Thanks", {"en": "Thank you, {author_name}."}, kind="praise")
    templates.create(camille, "Sécurité", {"en": "It is safe, {author_name}."}, kind="question")
    page = on(open_browser(camille).new_page(), conversation)
    expect(page.get_by_role("button", name="Insert")).not_to_be_visible()
    text, words = page.locator("#text"), page.get_by_role("combobox", name="Find a template")
    text.click()
    page.keyboard.type("and/or ")
    expect(words).not_to_be_visible()
    page.keyboard.type("/")
    expect(words).to_be_focused()
    expect(words).to_have_attribute("aria-expanded", "true")
    options = page.locator("#finder-options [role=option]")
    expect(options).to_have_count(2)
    expect(options.first).to_contain_text("Sécurité")
    expect(options.first).to_contain_text("fits")
    expect(options.first).to_contain_text("It is safe, ines.")
    expect(options.first).to_contain_text("17 / 500")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(words).to_have_attribute("aria-activedescendant", re.compile("."))
    assert words.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.type("secu")
    expect(options).to_have_count(1)
    expect(page.locator("[data-finder-status]")).to_have_text("1 template")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(text).to_have_value("and/or\n\nIt is safe, ines.")
    expect(text).to_be_focused()
    expect(words).not_to_be_visible()
    assert page.evaluate("window.here") is True
    assert page.evaluate("document.querySelector('#text').selectionStart") == len("and/or\n\nIt is safe, ines.")
    expect(page.locator("#length")).to_have_text("25 / 500")


def test_a_second_template_is_put_where_the_caret_is(scene: Scene, camille: Actor, open_browser: Open) -> None:
    conversation = scene.comment(scene.account(), "ines", 0)
    templates.create(camille, "Thanks", {"en": "Thank you."})
    page = on(open_browser(camille).new_page(), conversation)
    text = page.locator("#text")
    text.fill("👍 Hello\nBye.")
    text.evaluate("box => box.setSelectionRange(9, 9)")
    page.keyboard.type("/")
    expect(page.locator("#finder-options [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(text).to_have_value("👍 Hello\n\nThank you.\n\nBye.")
    page.keyboard.type(" / ")
    page.keyboard.press("Escape")
    expect(text).to_be_focused()
    page.keyboard.type("/")
    page.keyboard.type("/")
    expect(page.get_by_role("combobox", name="Find a template")).not_to_be_visible()
    expect(text).to_have_value(re.compile(r"Thank you\. ?/"))


def test_what_is_missing_is_asked_for_and_blocks_sending(scene: Scene, camille: Actor, open_browser: Open) -> None:
    conversation = scene.comment(scene.account(), "ines", 0)
    templates.create(
        camille,
        "Shop",
        {"en": "Come to {shop}, {author_name}."},
        places={"shop": {"prompt": {"en": "Which shop?"}}},
    )
    page = on(open_browser(camille).new_page(), conversation)
    text = page.locator("#text")
    text.click()
    page.keyboard.type("/")
    expect(page.locator("#finder-options [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(text).to_have_value("Come to {shop}, ines.")
    expect(page.get_by_label("Which shop?")).to_be_focused()
    page.locator("#text").press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("not filled in yet")
    expect(text).to_have_value("Come to {shop}, ines.")
    page.get_by_label("Which shop?").fill("{{7*7}} <b>Lyon</b>\u202e")
    page.keyboard.press("Enter")
    expect(text).to_have_value("Come to {{7*7}} <b>Lyon</b>, ines.")
    expect(page.locator(".asked")).to_have_count(0)
    text.press("Control+Enter")
    expect(page.locator(".ours .words")).to_have_text("Come to {{7*7}} <b>Lyon</b>, ines.")


def test_a_hostile_name_is_plain_in_the_list_and_in_what_is_sent(
    scene: Scene, camille: Actor, open_browser: Open
) -> None:
    conversation = scene.comment(scene.account(), "ines", 0)
    with writing() as current:
        author = current.get_one(Author, current.get_one(Conversation, conversation).author_id)
        author.display_name = "<img src=x onerror=alert(1)>{{7*7}}\u202e{topic}" + "x" * 5_000
    templates.create(camille, "Thanks", {"en": "Thank you, {author_name}."})
    page = on(open_browser(camille).new_page(), conversation)
    noticed: list[str] = []
    page.on("console", lambda message: noticed.append(message.text))
    page.on("dialog", lambda dialog: noticed.append(dialog.message))
    page.locator("#text").click()
    page.keyboard.type("/")
    expect(page.locator("#finder-options [role=option]").first).to_contain_text(
        "<img src=x onerror=alert(1)>{{7*7}} (topic)xx"
    )
    page.keyboard.press("Enter")
    plain = r"Thank you, <img src=x onerror=alert\(1\)>\{\{7\*7\}\} \(topic\)x{15,40}\."
    expect(page.locator("#text")).to_have_value(re.compile(f"^{plain}$"))
    said = page.locator("#text").input_value()
    expect(page.locator(".asked")).to_have_count(0)
    page.locator("#text").press("Control+Enter")
    expect(page.locator(".ours .words")).to_have_text(said)
    assert noticed == []


def test_a_copy_is_noticed_while_one_types(scene: Scene, camille: Actor, open_browser: Open) -> None:
    account = scene.account()
    text = "Hello {name}, the blue cup is safe and the laboratory has confirmed it. Write to us again."
    for number in range(3):
        other = scene.comment(account, f"other{number}", number)
        words = text.format(name=f"other{number}")
        replies.write(camille, other, words, form_key=replies.new_form_key(), seen_up_to=seen(other))
    conversation = scene.comment(account, "ines", 9, "My kettle leaks")
    page = on(open_browser(camille).new_page(), conversation)
    page.locator("#text").fill(text.format(name="Sir"))
    expect(page.locator(".likeness")).to_contain_text("nearly this text to 3 people")
    expect(page.locator(".likeness")).to_contain_text("Call them by their name")
    expect(page.locator(".likeness")).to_contain_text("Take up a word of theirs")
    page.locator("#text").fill("Dear ines, a kettle that leaks is nothing to live with: does it drip at the spout?")
    expect(page.locator(".likeness")).to_have_count(0)


def test_from_a_limit_on_a_copy_needs_a_reason(scene: Scene, camille: Actor, visit: Visit) -> None:
    account = scene.account()
    words = "The blue cup is safe and the laboratory has confirmed it twice. Write to us again."
    with writing() as current:
        current.get_one(Account, account).likeness_limit = 2
    at_desk = visit(camille)
    for number, (reason, status) in enumerate([("", 303), ("", 303), ("", 400), ("A recall notice", 303)]):
        conversation = scene.comment(account, f"person{min(number, 2)}", number)
        form = {"text": words, "form_key": f"form-key-{number}", "seen_up_to": str(seen(conversation))}
        form |= {"answered_up_to": "0", "likeness_reason": reason}
        answer = at_desk.post(f"/conversations/{conversation}/replies", form)
        assert answer.status_code == status, number
        if status == 400:
            page = answer.get_data(as_text=True)
            assert "nearly this text to 2 people" in page
            assert 'name="likeness_reason"' in page
    session().rollback()
    kept = session().query(Reply).order_by(Reply.id.desc()).first()
    assert kept is not None
    assert kept.likeness_reason == "A recall notice"


def test_without_a_script_templates_are_searched_and_put_in(scene: Scene, camille: Actor, open_browser: Open) -> None:
    conversation = scene.comment(scene.account(), "ines", 0)
    add_starter_set(camille)
    page = open_browser(camille, java_script_enabled=False).new_page()
    page.goto(f"/conversations/{conversation}")
    page.fill("#text", "Good question.")
    page.fill("#q", "JOURNAL")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#text")).to_have_value("Good question.")
    expect(page.locator("#insert option")).to_have_text(["A journalist asks"])
    page.fill("#q", "zzz")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("No template has these words.")).to_be_visible()
    page.fill("#q", "")
    page.get_by_role("button", name="Find").click()
    page.select_option("#insert", label="Answer to a question")
    page.get_by_role("button", name="Insert").click()
    expect(page.locator("#text")).to_have_value(re.compile(r"^Good question\.\n\nHello ines, good that you ask\."))
    page.get_by_label("The answer, in one or two sentences").fill("It is safe.")
    page.get_by_role("button", name="Put it in").click()
    expect(page.locator("#text")).to_have_value(re.compile(r"ask\. It is safe\. If"))


def test_the_pages_of_a_template_show_versions_figures_and_stale_facts(
    scene: Scene, camille: Actor, make_member: MakeMember, visit: Visit
) -> None:
    supervisor = make_member(Role.SUPERVISOR)
    fact = facts.create(supervisor, "leak", {"en": "312 people"})
    template = templates.create(camille, "Count <b>", {"en": "It is {fact:leak}."}, tags=["figures"])
    templates.edit(camille, template.id, name="Count <b>", texts={"en": "It was {fact:leak}."}, tags=["figures"])
    at_desk = visit(camille)
    diff = at_desk.get(f"/templates/{template.id}/versions").get_data(as_text=True)
    assert "<del><span" in diff
    assert re.search(r"<ins><span[^>]*>[^<]*</span>was</ins>", diff)
    assert at_desk.get(f"/templates/{template.id}/versions?old=9").status_code == 404
    listed = at_desk.get("/templates?tag=Figures&q=cou").get_data(as_text=True)
    assert "Count &lt;b&gt;" in listed
    assert "Still true" not in listed
    assert "Count" not in at_desk.get("/templates?q=zzz").get_data(as_text=True)
    facts.change(supervisor, fact.id, {"en": "400 people"}, seen_number=1)
    assert "Still true" in at_desk.get("/templates").get_data(as_text=True)
    conversation = scene.comment(scene.account(), "ines", 0)
    refused = at_desk.post(f"/conversations/{conversation}/template", {"insert": str(template.id), "text": "Hi"})
    assert refused.status_code == 400
    assert "has changed" in refused.get_data(as_text=True)
    answer = at_desk.post(f"/templates/{template.id}/facts", {"seen_number": "2"})
    assert answer.status_code == 303
    assert "Still true" not in at_desk.get("/templates").get_data(as_text=True)


def test_files_go_out_and_come_in_by_page(scene: Scene, camille: Actor, visit: Visit) -> None:
    templates.create(camille, "=1+1", {"en": "+Hello", "fr": "Bonjour"}, tags=["a"])
    at_desk = visit(camille)
    table = at_desk.get("/templates/export.csv")
    assert table.mimetype == "text/csv"
    assert "'=1+1" in table.get_data(as_text=True)
    assert json.loads(at_desk.get("/templates/export.json").data)[0]["name"] == "=1+1"
    nothing = at_desk.post("/templates/files", {}, content_type="multipart/form-data")
    assert nothing.status_code == 400
    taken = at_desk.post(
        "/templates/files", {"file": (io.BytesIO(table.data), "x.csv")}, content_type="multipart/form-data"
    )
    session().rollback()
    assert (taken.status_code, len(templates.list_templates(camille))) == (303, 1)
    assert [version.number for version in templates.versions_of(camille, 1)] == [1], (
        "what is the same is no new version"
    )
    broken = table.data.replace(b",fr,", b",French,")
    refused = at_desk.post(
        "/templates/files", {"file": (io.BytesIO(broken), "x.csv")}, content_type="multipart/form-data"
    )
    assert refused.status_code == 400
    assert "Row 2:" in refused.get_data(as_text=True)
    assert at_desk.post("/templates/starter-set").status_code == 303
    session().rollback()
    assert len(templates.list_templates(camille)) == 13


def test_a_reply_keeps_which_version_it_came_from_in_the_form(scene: Scene, camille: Actor, visit: Visit) -> None:
    conversation = scene.comment(scene.account(), "ines", 0)
    first = templates.create(camille, "One", {"en": "One {author_name}."})
    second = templates.create(camille, "Two", {"en": "Two."}, holding=True)
    at_desk = visit(camille)
    form = {"insert": str(first.id), "text": ""}
    page = at_desk.post(f"/conversations/{conversation}/template", form).get_data(as_text=True)
    assert 'name="filled" value="One ines."' in page
    form = {"insert": str(second.id), "text": "One ines. Mine.", "filled": "One ines.", "template_id": str(first.id)}
    page = at_desk.post(f"/conversations/{conversation}/template", form).get_data(as_text=True)
    assert f'name="template_id" value="{first.id}"' in page
    assert 'value="One ines.\n\nTwo."' in page
    assert "One ines. Mine.\n\nTwo." in page
    assert re.search(r'name="holding"[^>]* checked', page)


def test_whoever_is_quicker_than_the_page_finds_all_the_same(scene: Scene, camille: Actor, open_browser: Open) -> None:
    conversation = scene.comment(scene.account(), "ines", 0)
    templates.create(camille, "Thanks", {"en": "Thank you, {author_name}."}, kind="praise")
    page = open_browser(camille).new_page()
    # What htmx does after a page is there is put off, as on a busy machine.
    page.add_init_script(
        "window.setTimeout = ((later) => (deed, after, ...more) => later(deed, after || 3000, ...more))(setTimeout)"
    )
    on(page, conversation)
    page.keyboard.press("/")
    expect(page.locator("#finder-options [role=option]")).to_have_count(1, timeout=2_000)


def test_templates_are_asked_for_again_after_an_answer_was_lost(
    scene: Scene, camille: Actor, open_browser: Open
) -> None:
    conversation = scene.comment(scene.account(), "ines", 0)
    templates.create(camille, "Thanks", {"en": "Thank you, {author_name}."}, kind="praise")
    window = open_browser(camille)
    page = on(window.new_page(), conversation)
    lost: list[str] = []

    def lose(route: Route) -> None:
        lost.append(route.request.url)
        if len(lost) > 2:
            route.continue_()
        elif len(lost) > 1:
            route.fulfill(status=429, body="")
        else:
            route.abort()

    window.route(re.compile(r"/templates\?q="), lose)
    page.keyboard.press("/")
    expect(page.locator("#finder-options [role=option]")).to_have_count(1)
    assert len(lost) == 3
