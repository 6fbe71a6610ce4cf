"""What more than one room has to say."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "post_unknown": _l("There is no post %(id)s."),
    "account_unknown": _l("There is no account %(id)s: `inbox accounts list` shows those there are."),
}
