"""Makes the pictures of docs/screenshots: a demo in a fixed state, at a fixed time, in a real browser.

    python docs/screenshots.py [--all FOLDER]

With `--all`, every page in both languages, both widths, light and dark goes to a folder of your choice.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from flask import Flask  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402
from werkzeug.serving import make_server  # noqa: E402

from config import Config  # noqa: E402
from docs import a_week_to_report  # noqa: E402
from inbox import clock, create_app, members  # noqa: E402
from inbox.answering import (  # noqa: E402
    apologies,
    approval_views,
    approvals,
    conversations,
    outbox,
    prepared,
    prepared_reading,
    queue,
    replies,
    starter_templates,
    templates,
)
from inbox.answering.apologies import Wording  # noqa: E402
from inbox.collecting import accounts, collect  # noqa: E402
from inbox.connectors.demo import scenario  # noqa: E402
from inbox.connectors.demo.network import DemoNetwork  # noqa: E402
from inbox.extensions import session, writing  # noqa: E402
from inbox.languages import compile_translations  # noqa: E402
from inbox.models import ConversationState, Reply, ReplyKind, schema  # noqa: E402
from inbox.permissions import OPERATOR, WORKER, Actor, Role  # noqa: E402

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "a password for pictures"  # noqa: S105 - nobody outside this script signs in with it.
BROKE_OUT = datetime(2026, 3, 2, 8, 5, tzinfo=UTC)
NOW = BROKE_OUT + timedelta(minutes=52)
SCENARIO = "loupiote"
WIDTHS = {1440: 900, 390: 844}
PAPER = 695
"""The pixels between the margins of a sheet of A4."""

STAFF = (
    ("cm@example.org", Role.COMMUNITY_MANAGER, "Camille Morel"),
    ("cm2@example.org", Role.COMMUNITY_MANAGER, "Karim Haddad"),
    ("supervisor@example.org", Role.SUPERVISOR, "Soraya Benali"),
    ("admin@example.org", Role.ADMINISTRATOR, "Adrien Caron"),
    ("analyst@example.org", Role.ANALYST, "Ana Lindqvist"),
    ("approver@example.org", Role.APPROVER, "Maître Aubry"),
)


@contextmanager
def demo() -> Iterator[Flask]:
    """An application over a database of its own, in which a bad buzz is an hour old."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        url = f"sqlite:///{data / 'inbox.sqlite'}"
        schema.upgrade(url)
        app = create_app(Config(data, url, None, "a secret for pictures", (bytes(32),), (), True))
        with app.app_context(), clock.frozen(BROKE_OUT):
            play(app)
        with clock.frozen(NOW):
            yield app


def play(app: Flask) -> None:
    """Let an hour pass: people write, some are answered, some are put off."""
    data = app.config["INBOX"].data_dir
    staff: dict[str, Actor] = {}
    for email, role, name in STAFF:
        member, _ = members.add_member(OPERATOR, email, [role], password=PASSWORD, name=name)
        staff[email] = members.actor_of(member)
        members.leave_tour(staff[email])
    with writing() as current:
        starter_templates.add_starters(current, OPERATOR)
    DemoNetwork(data).play(SCENARIO, start_at=BROKE_OUT)
    account = accounts.connect_account(OPERATOR, "demo", scenario.load(SCENARIO).brand, credentials={})
    cm, karim = staff["cm@example.org"], staff["cm2@example.org"]
    for minute in range(4, 52, 4):
        with clock.frozen(BROKE_OUT + timedelta(minutes=minute)):
            collect.collect_account(OPERATOR, account.id)
            rows = queue.page(cm, queue.QueueFilters(), None, 60).rows
            if minute in {16, 28, 40}:
                for row in rows[8:11]:
                    answer(karim, row.conversation_id, row.language)
            if minute == 44:
                for row in rows[12:15]:
                    conversations.assign(cm, row.conversation_id, cm.member_id)
                conversations.snooze(cm, rows[20].conversation_id, clock.now() + timedelta(hours=3))
                conversations.add_note(
                    karim, rows[0].conversation_id, "The batch list is in the shared drive: 14 and 15 only."
                )
            outbox.send_due(WORKER)
    with clock.frozen(NOW):
        collect.collect_account(OPERATOR, account.id)
        prepare(staff["cm@example.org"])
    apologise(staff)


def prepare(actor: Actor) -> None:
    """A question of several people as replies from a template; the first is written to the end, and looked over."""
    asked = queue.page(actor, queue.QueueFilters(kind="question", language="en"), None, 6).rows
    begun = prepared.begin(actor, [row.conversation_id for row in asked])
    fitting = [one for one in templates.list_templates(actor) if one.template.kind == "question"]
    prepared.choose_template(actor, begun.id, fitting[0].id)
    first = prepared_reading.show(actor, begun.id).replies[0]
    text = "Thank you for asking. Not with a loose cap: please stop using it, and we replace it free of charge."
    prepared.tick(actor, begun.id, first.row.id, text, number=first.row.number)


def apologise(staff: dict[str, Actor]) -> None:
    """Wordings in every state, and replies that wait for approval."""
    cm, karim, supervisor = staff["cm@example.org"], staff["cm2@example.org"], staff["supervisor@example.org"]
    english = Wording(
        "{author_name}, we apologise: the caps of some of our bottles came off. We replace every bottle by Friday"
        " 6 March, free of charge.",
        {"happened": "The caps of 312 bottles came off.", "by_when": "Friday 6 March."},
        expires_at=NOW + timedelta(days=4),
        most_uses=300,
    )
    french = Wording(
        "{author_name}, nous vous présentons nos excuses : le bouchon de certaines de nos gourdes s’est détaché. Nous"
        " remplaçons chaque gourde gratuitement, d’ici vendredi 6 mars.",
        {"happened": "Le bouchon de 312 gourdes s’est détaché."},
    )
    vague = Wording("We are sorry if anyone was offended by the situation.", {"happened": "Nobody answered for a day."})
    with clock.frozen(NOW - timedelta(minutes=46)):
        loose = _submitted(cm, "Loose caps", "en", english)
        apologies.confirm(supervisor, loose, seen_hash=_hash(loose))
        late = _submitted(cm, "Late answers", "en", vague)
        apologies.send_back(
            supervisor, late, "Say whom we kept waiting, and leave out “if anyone”.", seen_hash=_hash(late)
        )
        caps = _submitted(cm, "Bouchons des gourdes", "fr", french)
    with clock.frozen(NOW - timedelta(minutes=30)):
        corrected = replace(french, core=french.core.replace("d’ici vendredi", "avant vendredi"))
        apologies.edit(supervisor, caps, corrected, title="Bouchons des gourdes", seen_number=1)
    rows = queue.page(cm, queue.QueueFilters(), None, 20).rows
    held = [
        _held(cm, rows[0], 42, "Thank you for writing. We apologise for the scare. We will refund every bottle."),
        _held(karim, rows[1], 20, "Nous sommes désolés pour ce qui s’est passé."),
    ]
    with clock.frozen(NOW - timedelta(minutes=9)):
        words = "Dites ce qui s’est passé, et ce que nous faisons."
        approvals.send_back(supervisor, held[1].id, words, seen_hash=held[1].text_hash)


def _submitted(actor: Actor, title: str, language: str, wording: Wording) -> int:
    made = apologies.create(actor, title, language, wording)
    apologies.submit(actor, made.id, seen_hash=_hash(made.id))
    return made.id


def _hash(apology_id: int) -> str:
    return apologies.newest_version(session(), apology_id).binding_hash


def _held(actor: Actor, row: queue.QueueRow, minutes: int, text: str) -> Reply:
    """A reply that waits for approval since so many minutes before `NOW`."""
    with clock.frozen(NOW - timedelta(minutes=minutes)):
        seen = conversations.open_conversation(actor, row.conversation_id).seen_up_to
        assert seen is not None
        return replies.write(actor, row.conversation_id, text, form_key=replies.new_form_key(), seen_up_to=seen)


def answer(actor: Actor, conversation_id: int, language: str) -> None:
    """One reply, in the language of the one who asked."""
    view = conversations.open_conversation(actor, conversation_id)
    if not view.can_reply or view.seen_up_to is None:
        return
    text = {
        "fr": "Merci de nous avoir écrit. Nous vérifions le lot avec l’usine et revenons vers vous aujourd’hui.",
    }.get(language, "Thank you for writing. We are checking the batch with the factory and come back to you today.")
    replies.write(
        actor,
        conversation_id,
        text,
        form_key=replies.new_form_key(),
        seen_up_to=view.seen_up_to,
        kind=ReplyKind.HOLDING,
    )


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a loopback port; yields its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def sign_in(page: Page, address: str, email: str) -> None:
    """Sign in through the form."""
    page.goto(f"{address}/sign-in")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("button.primary")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def look_at(page: Page, address: str, *, beside_a_list: bool) -> None:
    """Open a page, and wait until all of it is there."""
    page.goto(address)
    page.evaluate("document.fonts.ready")
    if beside_a_list:
        page.wait_for_selector("#list .line")


def shoot(app: Flask, address: str, folder: Path, *, everything: bool) -> None:
    """Take the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with app.app_context():
        cm = members.actor_of(members.find_member("cm@example.org"))
        rows = queue.page(cm, queue.QueueFilters(), None, 50).rows
        with_note = rows[0].conversation_id
        answered = queue.page(cm, queue.QueueFilters(state=ConversationState.ANSWERED), None, 5).rows
        waits = approval_views.listing(OPERATOR)
        held, returned = (one.reply.conversation_id for one in (waits.replies[0], waits.returned[0]))
    conversation = f"/conversations/{with_note}"
    shots = [
        ("queue", "cm@example.org", "/queue"),
        ("conversation", "cm@example.org", conversation),
        ("prepared", "cm@example.org", "/prepared/1"),
        ("hand-over", "cm@example.org", "/hand-over"),
    ]
    schemes = ["light"]
    if everything:
        schemes = ["light", "dark"]
        shots += [
            ("conversation-answered", "cm@example.org", f"/conversations/{answered[0].conversation_id}"),
            ("mine", "cm@example.org", "/queue?assignee=me"),
            ("following-up", "cm@example.org", "/queue/following-up"),
            ("search", "cm@example.org", "/search?q=cap"),
            ("tags", "supervisor@example.org", "/tags"),
            ("teams", "supervisor@example.org", "/teams"),
            ("closed-empty", "cm@example.org", "/queue?state=closed"),
            ("filters", "cm@example.org", "/queue?kind=question"),
            ("templates", "cm@example.org", "/templates"),
            ("template-edit", "cm@example.org", "/templates/1"),
            ("sending", "supervisor@example.org", "/sending"),
            ("response-times", "analyst@example.org", "/reports/response-times?by=kind"),
            ("accounts", "admin@example.org", "/accounts"),
            ("connect", "admin@example.org", "/accounts/connect/x"),
            ("members", "admin@example.org", "/members"),
            ("profile", "cm@example.org", "/profile"),
            ("approvals-approver", "approver@example.org", "/replies/approvals"),
            ("approvals-supervisor", "supervisor@example.org", "/replies/approvals"),
            ("approvals-own", "cm2@example.org", "/replies/approvals"),
            ("approval-rules", "supervisor@example.org", "/replies/approvals/rules"),
            ("polite-phrases", "supervisor@example.org", "/replies/approvals/courtesies"),
            ("apologies", "cm@example.org", "/apologies"),
            ("apologies-retired-empty", "cm@example.org", "/apologies?retired=yes"),
            ("apology-new", "cm@example.org", "/apologies/new"),
            ("apology-approved", "cm@example.org", "/apologies/1"),
            ("apology-returned", "cm@example.org", "/apologies/2"),
            ("apology-to-accept", "cm@example.org", "/apologies/3"),
            ("conversation-held", "cm@example.org", f"/conversations/{held}"),
            ("conversation-returned", "cm2@example.org", f"/conversations/{returned}"),
            ("refused", "cm@example.org", "/members"),
            ("not-found", "cm@example.org", "/conversations/99999"),
        ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for language in ("en", "fr"):
            with app.app_context():
                for email, _, _ in STAFF:
                    members.set_language(members.actor_of(members.find_member(email)), language)
            for scheme in schemes:
                for width, height in WIDTHS.items():
                    contexts = {}
                    for name, email, path in shots:
                        if email not in contexts:
                            context = browser.new_context(
                                viewport={"width": width, "height": height},
                                color_scheme=scheme,  # type: ignore[arg-type]
                                locale="fr-FR" if language == "fr" else "en-GB",
                                reduced_motion="reduce",
                            )
                            contexts[email] = context
                            page = context.new_page()
                            if everything and not list(folder.glob(f"sign-in-{language}-{width}-{scheme}.png")):
                                page.goto(f"{address}/sign-in")
                                page.screenshot(path=folder / f"sign-in-{language}-{width}-{scheme}.png")
                            sign_in(page, address, email)
                            page.close()
                        page = contexts[email].new_page()
                        look_at(
                            page, f"{address}{path}", beside_a_list=name.startswith("conversation") and width > height
                        )
                        tail = f"-{scheme}" if everything else ""
                        page.screenshot(path=folder / f"{name}-{language}-{width}{tail}.png", full_page=everything)
                        page.close()
                    for context in contexts.values():
                        context.close()
        browser.close()


def shoot_report(folder: Path, *, everything: bool) -> None:
    """The pictures of a report, over a crisis of its own: on a desk, on a phone, and as it is printed."""
    email = a_week_to_report.ANALYST
    wanted = [("en", 1440, "light", "screen"), ("fr", 1440, "light", "screen"), ("en", 390, "light", "screen")]
    wanted.append(("fr", PAPER, "light", "print"))
    if everything:
        wanted += [(language, width, "dark", "screen") for language in ("en", "fr") for width in WIDTHS]
    with a_week_to_report.reported(PASSWORD) as app, served(app) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for language, width, scheme, medium in wanted:
            with app.app_context():
                members.set_language(members.actor_of(members.find_member(email)), language)
            page = browser.new_page(
                viewport={"width": width, "height": WIDTHS.get(width, 1000)},
                color_scheme=scheme,  # type: ignore[arg-type]
                locale="fr-FR" if language == "fr" else "en-GB",
                reduced_motion="reduce",
            )
            sign_in(page, address, email)
            page.goto(f"{address}/reports/response-times?{a_week_to_report.QUERY}")
            page.emulate_media(media=medium)  # type: ignore[arg-type]
            page.evaluate("document.fonts.ready")
            name = f"report-print-{language}" if medium == "print" else f"report-{language}-{width}"
            tail = f"-{scheme}" if everything else ""
            page.screenshot(path=folder / f"{name}{tail}.png", full_page=True)
            page.close()
        browser.close()


def main() -> None:
    """Make the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every page, in every state, to this folder")
    chosen = parser.parse_args()
    compile_translations()
    with demo() as app, served(app) as address:
        shoot(app, address, chosen.all or ROOT / "docs" / "screenshots", everything=chosen.all is not None)
    shoot_report(chosen.all or ROOT / "docs" / "screenshots", everything=chosen.all is not None)


if __name__ == "__main__":
    main()
