"""Members, their passwords and their sign-ins."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "email_invalid": _l("“%(email)s” is not an e-mail address: write it as name@example.org."),
    "language_unknown": _l("The language “%(language)s” is not there: choose en or fr."),
    "last_administrator": _l("This is the last administrator: make somebody else administrator first."),
    "member_exists": _l("%(email)s is a member already."),
    "member_unknown": _l("There is no member “%(email)s”."),
    "password_too_long": _l("The password is too long: %(most)s characters at most."),
    "password_too_short": _l("The password is too short: it needs %(least)s characters or more."),
    "role_not_for_members": _l("“%(role)s” is not a role that a member can have."),
    "roles_missing": _l("A member needs at least one role."),
    "sign_in_refused": _l("This e-mail address and this password do not belong together: check both and try again."),
    "sign_in_throttled": _l("There were too many attempts to sign in: wait %(seconds)s seconds, then try again."),
}
