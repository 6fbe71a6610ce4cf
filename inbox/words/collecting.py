"""What goes wrong with accounts, collection and imports."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "credentials_unreadable": _l(
        "The stored sign-in of account %(account)s cannot be decrypted: put its key back into INBOX_TOKEN_KEYS, or"
        " connect the account again."
    ),
    "account_not_connected": _l("%(account)s is not connected to a network."),
    "account_is_another": _l(
        "Under the name %(account)s the network now has another account than the one connected here: disconnect that"
        " one first."
    ),
    "account_identifier_missing": _l("Say what the account is called on its network."),
    "account_address_fixed": _l("%(network)s has one address of its own: leave the server's address out."),
    "account_address_too_long": _l("This is not the address of a server."),
    "credential_missing": _l("To connect this account, its %(field)s is needed."),
    "credential_unknown": _l("%(network)s does not ask for %(field)s: leave it out."),
    "network_unknown": _l("There is no network called %(network)s."),
    "target_case_unknown": _l(
        "Targets are set for every comment, the press or danger, with or without a crisis, and there is always one for"
        " every comment outside a crisis."
    ),
    "target_out_of_range": _l("An allowed wait lasts at least a second and at most a year."),
    "collecting_already": _l("Another pass is collecting from this account right now."),
    "too_soon": _l("The network asks for patience: this account is collected from again a little later."),
    "collection_fault": _l("Collection stopped for a fault of this program; its log tells more, and it tries again."),
    "import_file_missing": _l("There is no file %(path)s."),
    "import_file_unreadable": _l("The file %(path)s cannot be read: %(why)s."),
    "import_file_empty": _l("The file %(path)s is empty."),
    "import_field_unknown": _l("An import has no field %(field)s: it has %(fields)s."),
    "import_column_unknown": _l("The file has no column %(column)s: it has %(columns)s."),
    "import_column_missing": _l(
        "No column of the file could be recognised as %(field)s: say which one it is. The file has %(columns)s."
    ),
    "second_member_made_by_first": _l(
        "One of the two gave the other their role: ask a member whose role comes from somebody else."
    ),
}
