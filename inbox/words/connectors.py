"""What networks answer when a call does not succeed."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "credentials_refused": _l("The network does not accept the sign-in: check the name and the password or token."),
    "not_allowed": _l("The network does not allow this account to do that."),
    "reply_restricted": _l("The network accepts no reply from us under this comment: answer in its own app."),
    "duplicate_text": _l("The network refuses the same text twice: make this reply personal and send it again."),
    "text_too_long": _l("The reply is too long for this network: shorten it and send it again."),
    "text_empty": _l("The reply is empty: write something first."),
    "comment_gone": _l("The comment is not on the network any more, so it cannot be answered there."),
    "rate_limited": _l("The network asks for patience: the next try follows by itself."),
    "unreachable": _l("The network cannot be reached: check the address and the connection."),
    "host_not_allowed": _l(
        "This address leads to a private or forbidden place: use the public https address of the server."
    ),
    "timed_out": _l("The network did not answer in time."),
    "connection_lost": _l("The connection to the network broke off."),
    "network_fault": _l("The network has a fault of its own: the next try follows by itself."),
    "unreadable_answer": _l("The network gave an answer that cannot be read."),
    "refused_by_rule": _l("No criticism is deleted here and nobody is blocked: the call was refused before it left."),
    "rejected": _l("The network did not accept it."),
    "x_not_mentioned": _l(
        "X accepts a reply from us only if its author mentions us or quotes one of our posts: answer on X itself, then"
        " mark the answer as sent there."
    ),
}
