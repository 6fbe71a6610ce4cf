"""Alarms, and when comments are looked at again."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "alarm_unknown": _l("There is no alarm %(id)s."),
    "alarm_reason_empty": _l("Say in a few words what you found out: the alarm keeps it."),
    "alarm_reason_too_long": _l("The reason is too long: %(most)s characters at most."),
    "alarm_acknowledged_already": _l("A colleague has acknowledged this alarm already."),
    "alarm_is_acknowledged": _l("Acknowledged. The alarm stays in the list with your reason."),
    "alarm.hidden": _l("Hidden: its author still has it, and people do not see it."),
    "alarm.gone": _l("Gone, and the network does not say who took it away."),
    "alarm.unknown": _l("For a day the network has given no usable answer about it."),
    "tier.fresh": _l("The last 6 hours; a week for wide reach, the press and danger"),
    "tier.week": _l("The last 7 days"),
    "tier.month": _l("The last 30 days"),
}
