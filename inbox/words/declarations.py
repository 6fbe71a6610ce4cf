"""Declarations of what was taken down on a network because a law or somebody's safety asked for it."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "declared_already": _l("This has been declared already."),
    "declaration_unknown": _l("There is no declaration %(id)s."),
    "declaration_times": _l("You knew of it before it was taken down, and that lies in the past: check both times."),
    "declaration_note_too_long": _l("This is too long: %(most)s characters at most."),
    "declaration_withheld": _l("The text is withheld, so there is nothing left to seal as evidence."),
    "declaration_not_sent": _l("This reply was never published, so nobody could take it down."),
    "declaration_own": _l("You declared this yourself: another member confirms it."),
    "declaration_needs_supervisor": _l("One of the two members is a supervisor: let one confirm it."),
    "declaration_needs_correction": _l("First answer again in this conversation and put the mistake right."),
    "declaration_decided_already": _l("A colleague has decided on this already."),
    "declaration_reason_empty": _l("Say in a few words why you do not confirm it."),
    "declaration_is_made": _l("Declared, and the evidence is sealed. A second member confirms it."),
    "declaration_is_confirmed": _l("Confirmed. It has its own line in every statement."),
    "declaration_is_declined": _l("Not confirmed. If the comment is gone, the alarm stays."),
    "ground.illegal_content": _l("Illegal content"),
    "ground.private_data": _l("Private data"),
    "ground.danger": _l("Danger to somebody"),
    "decision.confirmed": _l("Confirmed"),
    "decision.declined": _l("Not confirmed"),
}
