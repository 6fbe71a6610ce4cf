"""Erasure, retention and access: a person's rights over their data."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "author_unknown": _l("There is no person %(id)s."),
    "erasure_unknown": _l("There is no request %(id)s."),
    "erasure_requested_already": _l("Erasure has been asked for already, and waits for the other role."),
    "erasure_decided_already": _l("A colleague has decided on this request already."),
    "erasure_own": _l("You asked for this yourself: another member confirms it."),
    "erasure_needs_other_role": _l(
        "An administrator and a supervisor stand behind an erasure: the other one confirms."
    ),
    "erasure_reply_on_its_way": _l(
        "A reply to this person is still on its way, or unconfirmed: settle it or take it back, then confirm."
    ),
    "erasure_look_first": _l("Read the notes first, and tick those that mention this person."),
    "remark_unknown": _l("The notes have changed meanwhile: open the page again."),
    "erasure_is_requested": _l("Asked for. The other role confirms it."),
    "erasure_is_confirmed": _l("Erased. The figures are what they were."),
    "erasure_is_declined": _l("Not erased. The request stays in the list."),
    "retention_out_of_range": _l("Choose between %(least)s and %(most)s months."),
    "retention_saved": _l("Saved. What is older is withheld from the next pass on."),
}
