"""Hostile text in a real browser: no dialog, no report of the policy, no error, and every page still readable."""

from __future__ import annotations

import pytest
from playwright.sync_api import ConsoleMessage, Dialog
from sqlalchemy import select

from inbox.answering import conversations, templates
from inbox.extensions import writing
from inbox.models import Account, Author, Conversation, Post
from inbox.permissions import MEMBER_ROLES
from tests.conftest import MakeMember
from tests.scenes import Scene
from tests.web.conftest import Open

CORPUS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'-alert(1)-'",
    "javascript:alert(1)",
    "[x](javascript:alert(1)) <a href=javascript:alert(1)>x</a>",
    "{{7*7}} {% raw %} ${7*7} <%= 7*7 %>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><base href=//evil.example>",
    "<style>*{display:none}</style><link rel=stylesheet href=//evil.example>",
    "<div hx-get=/members hx-trigger=load hx-on:load=alert(1)></div>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<form action=//evil.example><button>Sign in</button></form>",
    "left \u202e thgir \u2066\u2067\u2068 \u200f",
    "z\u0335\u0321a\u0310" + "\u0300\u0316\u0323" * 400 + "lgo",
    "nul \x00 lone \ud800 \udfff bom \ufeff zero\u200bwidth\u2060",
    "x" * 100_000,
    "\u202e" * 50_000,
    ("word " * 20_000).strip(),
    "\n" * 3_000 + "below",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 👩‍💻 ﷽ 𒐫",
]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_no_page_runs_hides_or_breaks_on_it(scene: Scene, make_member: MakeMember, open_browser: Open) -> None:
    everybody = make_member(*MEMBER_ROLES)
    account = scene.account()
    found = [scene.comment(account, f"a{number}", number, text) for number, text in enumerate(CORPUS)]
    for text in CORPUS[:8]:
        templates.create(everybody, "name " + text[:90], {"en": "x " + text[:400]}, purpose="p " + text[:200])
        conversations.add_note(everybody, found[0], "n " + text)
    with writing() as current:
        for number, author in enumerate(current.scalars(select(Author).order_by(Author.id))):
            author.display_name = author.identifier = CORPUS[number][:2_000]
            author.url = "javascript:alert(1)"
        post = Post(
            account_id=account,
            remote_id="p",
            text=CORPUS[0] + CORPUS[17],
            url="javascript:alert(1)",
            author_name=CORPUS[1],
            received_at=scene.start,
        )
        current.add(post)
        current.flush()
        for conversation in current.scalars(select(Conversation)):
            conversation.post_id = post.id
        current.get_one(Account, account).name = CORPUS[0]
    window = open_browser(everybody)
    page = window.new_page()
    dialogs: list[Dialog] = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"{page.url}: {message.text}")

    def refuse(dialog: Dialog) -> None:
        dialogs.append(dialog)
        dialog.dismiss()

    page.on("dialog", refuse)
    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"
    )
    paths = ["/queue", "/templates", "/templates/1", "/sending", "/accounts", "/reports/response-times?by=account"]
    for path in paths + [f"/conversations/{number}" for number in found]:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1], f"{path} is wider than the window"
        assert page.locator("main h1").is_visible(), path
    assert dialogs == []
    assert complaints == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_long_text_is_folded_and_unfolds(scene: Scene, make_member: MakeMember, open_browser: Open) -> None:
    conversation = scene.comment(scene.account(), "ines", 0, "first " + "word " * 2_000 + "last")
    page = open_browser(make_member(*MEMBER_ROLES), java_script_enabled=False).new_page()
    page.goto(f"/conversations/{conversation}")
    whole = page.locator(".thread .folded > .words")
    assert not whole.is_visible()
    page.locator(".thread .folded > summary").click()
    assert whole.is_visible()
    assert whole.inner_text().endswith("last")
