"""What a report cannot do, and the sentences of the public statement."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "period_reversed": _l("The period ends before it begins: choose an end after the start."),
    "time_zone_unknown": _l("There is no time zone “%(name)s”: give one like Europe/Paris."),
    "member_figures_off": _l(
        "Figures per member are off until an administrator records that staff and their representatives were informed."
    ),
    "separator_unknown": _l("The separator must be a comma, a semicolon or a tab."),
    "statement_title": _l("Statement of %(made_at)s on comments from %(start)s to %(end)s"),
    "statement_received": _l("Comments received: %(count)s"),
    "statement_answered": _l("Waits answered: %(answered)s of %(waits)s, still waiting: %(waiting)s"),
    "statement_closed": _l("Closed without a reply, and counted as unanswered: %(count)s"),
    "statement_median": _l("Half of the first answers came within %(answered)s; over all first waits: %(all)s"),
    "statement_removed": _l("Comments removed through this software: %(count)s"),
    "statement_refused": _l("Attempts to delete, hide or block that were refused: %(count)s"),
    "statement_withheld": _l(
        "Texts withheld because their authors took them back, or because a law asks it: %(count)s"
    ),
    "statement_vanished": _l("Comments that vanished outside this software: %(count)s"),
    "statement_declared": _l(
        "Taken down by people on a network because a law or somebody’s safety asked for it, declared by two members:"
        " illegal content %(illegal_content)s, private data %(private_data)s, danger %(danger)s"
    ),
    "statement_declared_replies": _l("Mistaken replies of our own, taken down on a network and corrected: %(count)s"),
    "statement_gaps": _l("Known gaps in collection: %(count)s"),
    "statement_head": _l(
        "The trail ends at row %(seq)s with %(hash)s: `inbox verify` recomputes it from the first row on."
    ),
    "statement_not_reached": _l("not yet reached"),
    "statement_no_answers": _l("no answer yet"),
    "statement_beginning": _l("the beginning"),
}
