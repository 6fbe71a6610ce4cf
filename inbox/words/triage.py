"""Why triage put a comment where it stands in the queue, for its row."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "happening_now": _l("happens now: “%(word)s”"),
    "mentions_danger": _l("mentions “%(word)s”"),
    "sounds_dangerous": _l("sounds dangerous: “%(word)s”"),
    "press": _l("says “%(word)s”"),
    "followers": _l("%(count)s followers"),
    "asks_question": _l("asks a question"),
    "writes_again": _l("%(count)s comments waiting"),
    "criticises": _l("criticises"),
    "praises": _l("praises"),
}
