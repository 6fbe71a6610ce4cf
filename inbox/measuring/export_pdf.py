"""A report as a PDF to print and hand over. Nothing is fetched for it: every file it is made of is one of ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

import regex
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from inbox import languages
from inbox.measuring import export_words, report_headlines
from inbox.measuring.charts import charts_of, standing_alone
from inbox.measuring.report_rows import ReportQuery
from inbox.measuring.reports import response_times
from inbox.permissions import Actor
from inbox.problems import Problem

MOST_GROUPS = 60
"""Rows of a breakdown that a PDF shows; a workbook has all of them."""

_ROOT = Path(__file__).resolve().parents[2]
_STATIC = _ROOT / "inbox" / "static"
_STYLES = ("tokens.css", "paper.css")
_LIGHT = regex.compile(r"light-dark\(\s*((?:[^(),]|\([^()]*\))+),(?:[^()]|\([^()]*\))*\)")
_FONT = regex.compile(r"@font-face \{[^}]*\}")
_UNSEEN = regex.compile(r"[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}]+")


def write_pdf(target: IO[bytes], actor: Actor, query: ReportQuery) -> None:
    """Write the report in the reader's language and time zone: figures, charts, definitions and footnotes.

    Raises:
        Refused: the actor may not see reports, or not those of a member.
        Problem: as `response_times`; `pdf_missing`.
    """
    weasyprint = _weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    ours = {"base_url": _STATIC.as_uri() + "/", "url_fetcher": fetcher()}
    fonts = FontConfiguration()
    styles = weasyprint.CSS(string=_styles(), font_config=fonts, **ours)
    page = weasyprint.HTML(string=page_of(actor, query), **ours)
    page.write_pdf(target, stylesheets=[styles], font_config=fonts, pdf_tags=True)


@cache
def installed() -> bool:
    """Whether a PDF can be made here; found out once."""
    try:
        check_installed()
    except Problem:
        return False
    return True


def check_installed() -> None:
    """Say at once where no PDF can be made.

    Raises:
        Problem: `pdf_missing`.
    """
    _weasyprint()


def page_of(actor: Actor, query: ReportQuery) -> str:
    """The report as the HTML page that is printed.

    Raises:
        Refused, Problem: as `write_pdf`.
    """
    report = response_times(actor, query)
    with languages.speaking(languages.language(), query.time_zone):
        return (
            _environment()
            .get_template("exports/report.html")
            .render(
                language=languages.language(),
                report=report,
                finding=report_headlines.finding(report.total),
                headlines=report_headlines.headlines(report),
                before=report_headlines.before_in_words(report),
                charts=[(chart, standing_alone(chart)) for chart in charts_of(actor, query)],
                groups=report.groups[:MOST_GROUPS],
                left_out=max(0, len(report.groups) - MOST_GROUPS),
                group_named=lambda group: export_words.group_named(report, group),
                about=export_words.about(report),
                definitions=export_words.definitions(),
                footnotes=export_words.footnotes(report),
                share_of=export_words.share,
            )
        )


def fetcher() -> Any:
    """What WeasyPrint asks for files: it opens those of our own static folder, and nothing else.

    Raises:
        Problem: `pdf_missing`.
    """
    urls = _weasyprint().urls

    class OwnFilesOnly(urls.URLFetcher):  # type: ignore[misc, name-defined]
        """Refuses everything but a file of ours."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 - the signature is WeasyPrint's.
            return urls.URLFetcherResponse(url, own_file(url).read_bytes())

    return OwnFilesOnly()


def own_file(url: str) -> Path:
    """The file of our static folder that an address names.

    Raises:
        ValueError: it names anything else.
    """
    parts = urlsplit(url)
    found = Path(unquote(parts.path)).resolve()
    if parts.scheme != "file" or parts.netloc or not found.is_relative_to(_STATIC) or not found.is_file():
        raise ValueError("a report is made of our own files alone")
    return found


def _weasyprint() -> Any:
    try:
        import weasyprint
    except (ImportError, OSError):
        # Its own library is missing, or one of Pango's.
        raise Problem("pdf_missing", 501) from None
    return weasyprint


def _plain(text: str) -> str:
    """Text from outside on one line, without what the eye cannot see or what turns the line around."""
    return " ".join(_UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text).split())


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_ROOT / "templates"),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    # Looked up for each sentence: the reader's language is that of the moment, not of the first file.
    i18n: Any = made
    i18n.install_gettext_callables(languages.gettext, languages.ngettext, newstyle=True)
    filters: dict[str, Callable[..., Any]] = {**languages.FILTERS, "plain": _plain}
    made.filters.update(filters)
    made.globals.update(said=languages.said)
    return made


@cache
def _styles() -> str:
    """Our stylesheets with the light colours put in: WeasyPrint knows no `light-dark()`, and no range of weights of a
    font; paper.css names the fonts anew."""
    tokens, paper = ((_STATIC / name).read_text("utf-8") for name in _STYLES)
    return str(_LIGHT.sub(r"\1", _FONT.sub("", tokens))) + paper
