"""Templates as files: what goes out comes in again, a fault is named, and nothing is done by halves."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.answering import templates
from inbox.answering.starter_templates import add_starter_set
from inbox.answering.template_files import ImportReport, _guarded, _unguarded, export_csv, export_json, import_file
from inbox.permissions import Actor
from inbox.problems import Problem
from tests.answering.stage import Stage, deeds

PLACES = {"shop": {"prompt": {"en": "Which shop?"}, "default": "ours"}}


def every(cm: Actor) -> list[tuple[object, ...]]:
    return [
        (
            each.name,
            each.purpose,
            each.template.kind,
            each.template.holding,
            each.tags,
            each.version.texts,
            each.version.placeholders,
        )
        for each in templates.list_templates(cm)
    ]


@pytest.mark.parametrize("write", [export_csv, export_json])
def test_what_goes_out_comes_in_as_it_was(stage: Stage, cm: Actor, write: object) -> None:
    add_starter_set(cm)
    templates.create(
        cm,
        '=HYPERLINK("http://evil.example")',
        {"en": '-1; "quoted", and\nanother {shop} line', "fr": "'@SUM(A1) – déjà"},
        purpose="+33 1",
        kind="praise",
        holding=True,
        tags=["@tag", "b"],
        places=PLACES,
    )
    before = every(cm)
    content = write(cm).encode()  # type: ignore[operator]
    assert import_file(cm, content) == ImportReport(0, 0, 13)
    assert import_file(cm, b"\xef\xbb\xbf" + content) == ImportReport(0, 0, 13)
    assert every(cm) == before
    for each in templates.list_templates(cm):
        templates.retire(cm, each.id)
    assert import_file(cm, content) == ImportReport(0, 13, 0)
    assert every(cm) == before


def test_no_cell_is_a_formula(stage: Stage, cm: Actor) -> None:
    templates.create(cm, "=1", {"en": "@x", "fr": "\t=2"}, purpose="+3", tags=["-4"])
    for row in csv.reader(io.StringIO(export_csv(cm))):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


@given(st.text(alphabet=st.sampled_from("'=+-@a\t\n ,;\""), max_size=8))
def test_a_guarded_cell_is_itself_again(cell: str) -> None:
    assert _unguarded(_guarded(cell)) == cell
    assert not _guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_a_spreadsheet_with_semicolons_is_read(stage: Stage, cm: Actor) -> None:
    table = (
        "\ufeffNom;Name;Language;Text;Holding;Tags\nx;Retour;fr;Bonjour ;oui;a, b\nx;Retour;en;Hello;oui;a, b\n;;;;;\n"
    )
    assert import_file(cm, table.encode()) == ImportReport(1, 0, 0)
    (one,) = templates.list_templates(cm)
    assert (one.name, one.template.holding, one.tags, one.version.texts) == (
        "Retour",
        True,
        ["a", "b"],
        {"en": "Hello", "fr": "Bonjour"},
    )


def test_a_known_name_gets_a_new_version(stage: Stage, cm: Actor) -> None:
    template = templates.create(cm, "Thanks", {"en": "Thank you."})
    table = "name,language,text\nTHANKS,en,Thank you all.\nNew,en,Hello\n"
    assert import_file(cm, table.encode()) == ImportReport(1, 1, 0)
    assert [version.texts["en"] for version in templates.versions_of(cm, template.id)] == [
        "Thank you all.",
        "Thank you.",
    ]
    assert "template.edited" in deeds("reply_template", template.id)


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        ("", "template_file_empty", None),
        ("name,text\n", "template_file_columns", None),
        ("name,language,text\nA,en,x\n,en,y\n", "template_file_row", 3),
        ("name,language,text\nA,en,x\nB,Français,y\n", "template_file_row", 3),
        ("name,language,text\nA,en,x\nB,en,\n", "template_file_row", 3),
        ("name,language,text,kind\nA,en,x,\nB,en,y,spam\n", "template_file_row", 3),
        ("name,language,text,holding\nA,en,x,maybe\n", "template_file_row", 2),
        ("name,language,text,places\nA,en,x,[1]\n", "template_file_row", 2),
        ("name,language,text\nA,en,{fact:nowhere}\n", "template_file_row", 2),
        ("name,language,text\nA,en,x\nA,en,y\n", "template_file_row", 3),
        ("name,language,text,purpose\nA,en,x,1\nA,fr,y,2\n", "template_file_row", 3),
        ("[1]", "template_file_row", 1),
        ('[{"name": "A", "texts": {"en": "x"}}, {"name": "B", "texts": {"en": 1}}]', "template_file_row", 2),
        ('[{"name": "A", "texts": {"en": "x"}, "places": {"a": {"prompt": 1}}}]', "template_file_row", 1),
        ("{}", "template_file_unreadable", None),
        ("[" * 100_000, "template_file_unreadable", None),
        ("[]", "template_file_empty", None),
        (json.dumps([{"name": f"n{n}", "texts": {"en": "x"}} for n in range(1_001)]), "template_file_too_many", None),
    ],
)
def test_a_fault_is_named_and_nothing_is_taken_in(
    stage: Stage, cm: Actor, content: str, code: str, row: int | None
) -> None:
    with pytest.raises(Problem) as caught:
        import_file(cm, content.encode())
    assert (caught.value.code, caught.value.params.get("row")) == (code, row)
    assert templates.list_templates(cm) == []


def test_what_is_no_text_is_refused(stage: Stage, cm: Actor) -> None:
    for content in (b"\xff\xfe\x00", b"name,language,text\nA,en,\x80"):
        with pytest.raises(Problem, match="template_file_unreadable"):
            import_file(cm, content)
    with pytest.raises(Problem, match="template_file_row"):
        import_file(cm, b"name,language,text\n\x00,en,x\n")
