"""Figures per member: what must be recorded before there are any, and how to read them."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "informed_already": _l("That staff were informed is recorded already: withdraw it first, then record it anew."),
    "informed_in_future": _l("This day is still to come: inform people first, then record it."),
    "informed_not": _l("There is nothing to withdraw: figures per member are off."),
    "informed_words_empty": _l("Write down how people were informed, or why there are no representatives."),
    "informed_words_too_long": _l("That is too long: keep it below %(most)s characters."),
    "staff_is_informed": _l("Recorded. Figures per member are on, for the member and the supervisors only."),
    "staff_informed_is_withdrawn": _l("Withdrawn. Figures per member are off."),
    "member_figures_reading": _l(
        "Read them with the load beside them, and never as a ranking: who takes the hardest conversations answers fewer"
        " and later, and a slow answer may be the better one. They show where help is needed, and are no ground on"
        " their own for a measure against anybody."
    ),
}
