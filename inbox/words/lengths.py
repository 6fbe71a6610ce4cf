"""How long something lasted, in whole words, as one says it to a person."""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

SENTENCES = {
    "length.under_a_minute": _l("less than a minute"),
    "length.two": _l("%(larger)s and %(smaller)s"),
}


def in_words(seconds: float) -> str:
    """`41 minutes`, `2 hours and 5 minutes`, `3 days and 4 hours`, in the language of the request or command line."""
    minutes = max(0, int(seconds)) // 60
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [
        ngettext("%(num)s day", "%(num)s days", days) if days else "",
        ngettext("%(num)s hour", "%(num)s hours", hours) if hours else "",
        ngettext("%(num)s minute", "%(num)s minutes", minutes) if minutes and not days else "",
    ]
    said = [str(part) for part in parts if part]
    if not said:
        return str(SENTENCES["length.under_a_minute"])
    if len(said) == 1:
        return said[0]
    return str(SENTENCES["length.two"]) % {"larger": said[0], "smaller": said[1]}
