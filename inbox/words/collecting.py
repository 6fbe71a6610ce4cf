"""What goes wrong with accounts, collection and imports."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "credentials_unreadable": _l(
        "The stored sign-in of account %(account)s cannot be decrypted: put its key back into INBOX_TOKEN_KEYS, or"
        " connect the account again."
    ),
    "account_not_connected": _l("%(account)s is not connected to a network."),
    "network_unknown": _l("There is no network called %(network)s."),
}
