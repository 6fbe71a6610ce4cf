"""What templates and files of ours may hold."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STATIC = ROOT / "inbox" / "static"

REFUSED = {
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "a handler attribute": re.compile(r"\son[a-z]+\s*=", re.IGNORECASE),
    "htmx code": re.compile(r"hx-on|\bjs:|javascript:", re.IGNORECASE),
    "a filter in a trigger": re.compile(r"hx-trigger=\"[^\"]*\[", re.IGNORECASE),
    "trusted markup": re.compile(r"\|\s*safe\b|autoescape\s+false|Markup\(", re.IGNORECASE),
    "inline code": re.compile(r"<script(?![^>]*\ssrc=)|<style", re.IGNORECASE),
    "a foreign server": re.compile(r"(?:src|href|action)=\"(?:https?:)?//", re.IGNORECASE),
    "a delete by htmx": re.compile(r"hx-(delete|put|patch)", re.IGNORECASE),
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_holds_no_code(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    for name, pattern in REFUSED.items():
        found = pattern.search(source)
        assert found is None, f"{name}: {found and found[0]!r}"


@pytest.mark.parametrize(
    "source",
    [
        '<p style="color:red">',
        "<p onclick=x>",
        '<p hx-on:click="x">',
        '<p hx-vals="js:{}">',
        '<p hx-trigger="click[ctrlKey]">',
        "{{ text|safe }}",
        "<script>x</script>",
        '<img src="//evil.example">',
    ],
)
def test_the_check_finds_what_it_looks_for(source: str) -> None:
    assert any(pattern.search(source) for pattern in REFUSED.values())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_form_that_changes_something_carries_the_token(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    for form in re.findall(r"<form\b.*?</form>", source, re.DOTALL):
        if 'method="post"' in form:
            assert "token()" in form, form[:120]
        else:
            assert 'method="get"' in form, form[:120]


def test_templates_are_read_as_they_are_written(app: Flask) -> None:
    for template in TEMPLATES:
        app.jinja_env.get_template(str(template.relative_to(ROOT / "templates")))


def test_vendored_files_are_what_they_say() -> None:
    listed = dict(
        re.findall(
            r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", (STATIC / "vendor/VENDORED.md").read_text(), re.MULTILINE
        )
    )
    files = {path.name for path in (STATIC / "vendor").iterdir() if path.suffix not in {".md", ".txt"}}
    assert set(listed) == files
    for name, digest in listed.items():
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest, name


def test_colours_stand_in_one_file() -> None:
    for sheet in STATIC.glob("*.css"):
        if sheet.name != "tokens.css":
            source = sheet.read_text(encoding="utf-8")
            assert re.findall(r"#[0-9a-f]{3,8}\b(?![^{]*\{)|(?<!light-)\bhsl\(", source) == [], sheet.name


def _channel(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, after WCAG 2.2."""
    lights = []
    for colour in (one, other):
        red, green, blue = (_channel(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
        lights.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return (max(lights) + 0.05) / (min(lights) + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        ("ink", "paper", 7.0),
        ("ink-soft", "paper", 4.5),
        ("ink-soft", "surface", 4.5),
        ("ink-soft", "sunken", 4.5),
        ("ink-soft", "hover", 4.5),
        ("ink-soft", "note-wash", 4.5),
        ("accent", "paper", 4.5),
        ("accent", "surface", 4.5),
        ("accent-strong", "accent-wash", 4.5),
        ("on-accent", "accent", 4.5),
        ("soon", "surface", 4.5),
        ("soon", "soon-wash", 4.5),
        ("past", "surface", 4.5),
        ("past", "past-wash", 4.5),
        ("confirmed", "paper", 4.5),
        ("line-strong", "surface", 3.0),
    ],
)
def test_text_can_be_read_in_both_themes(theme: int, text: str, ground: str, least: float) -> None:
    tokens = {
        name: (light, dark)
        for name, light, dark in re.findall(
            r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", (STATIC / "tokens.css").read_text()
        )
    }
    assert contrast(tokens[text][theme], tokens[ground][theme]) >= least
