"""Escalating to a supervisor, and who else helps."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "escalation_note_too_long": _l("The note is too long: %(most)s characters at most."),
    "conversation_is_escalated": _l("The supervisors have been told."),
    "concern.threat": _l("A threat"),
    "concern.private_data": _l("Private data"),
    "concern.illegal_content": _l("Illegal content"),
    "help_emergency": _l("112: emergency, everywhere in the European Union"),
    "help_police": _l("17: police"),
    "help_deaf": _l("114: emergency by text message"),
    "help_pharos": _l("PHAROS: tell the authorities of illegal content"),
    "help_suicide": _l("3114: somebody may take their own life; free, day and night"),
    "help_emergency_anywhere": _l("The emergency number of the country where the person is"),
    "help_police_anywhere": _l("The police where the person is, or where you are"),
    "help_suicide_anywhere": _l("Find a helpline for somebody who may take their own life"),
}
