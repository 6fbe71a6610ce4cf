"""The pages: thin views, one file per screen, and what stands around all of them."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from inbox.web import (
    absences,
    access,
    accounts,
    alarms,
    apologies,
    approval_rules,
    approvals,
    at_work,
    care,
    composer,
    conversation,
    crisis,
    declarations,
    drafting,
    duty,
    erasures,
    errors,
    escalating,
    exports,
    facts,
    handing_over,
    headers,
    health,
    helping,
    hours,
    keyboard,
    line_to_take,
    linking,
    live,
    many,
    marking,
    member_figures,
    members,
    notices,
    prepared,
    profile,
    promising,
    queue,
    reader,
    reassuring,
    reminders,
    rendering,
    replies,
    report_rows,
    response_times,
    search,
    sending,
    shift,
    sign_in,
    start,
    statement,
    tags,
    teams,
    template_history,
    templates,
    tour,
    trail,
    undoing,
    veils,
    views,
    wording,
)

SCREENS = (
    start,
    sign_in,
    profile,
    keyboard,
    queue,
    search,
    views,
    conversation,
    composer,
    drafting,
    wording,
    replies,
    report_rows,
    marking,
    tags,
    many,
    prepared,
    escalating,
    handing_over,
    linking,
    notices,
    alarms,
    declarations,
    erasures,
    approvals,
    apologies,
    approval_rules,
    templates,
    template_history,
    response_times,
    exports,
    statement,
    trail,
    accounts,
    hours,
    members,
    crisis,
    duty,
    absences,
    teams,
    shift,
    facts,
    line_to_take,
    promising,
    reassuring,
    reminders,
    member_figures,
    sending,
    care,
    veils,
    live,
    at_work,
    undoing,
    helping,
    tour,
    health,
)


class _Number(IntegerConverter):
    """A number of a row. One that no database could hold names nothing, and answers 404."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**63 - 1)


def init_app(app: Flask, *, pages: bool = True) -> None:
    """Register every page of `app`, and what stands around all of them; without pages, only the languages.

    Raises:
        UndeclaredView: a page does not say who may open it.
        ForbiddenDeed: a route is one that the rule forbids.
    """
    app.jinja_environment = rendering.Templates
    reader.init_app(app)
    if not pages:
        return
    app.url_map.converters["int"] = _Number
    headers.init_app(app)
    access.init_app(app)
    rendering.init_app(app)
    live.init_app(app)
    errors.init_app(app)
    for screen in SCREENS:
        app.register_blueprint(screen.screen)
    access.check(app)
