"""What can go wrong with anchors of the trail."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "anchor_unwritable": _l("The anchor could not be written to %(path)s (%(reason)s): choose a place that can."),
    "anchor_unreadable": _l("The anchors in %(path)s cannot be read (line %(line)s): give the file as it was written."),
    "anchor_key_unusable": _l("The key in %(path)s is not one that anchors are signed with: put the right one there."),
    "cli_anchored": _l("Row %(seq)s is anchored, signed with the key %(public_key)s."),
    "fault_anchor": _l("The anchor on line %(line)s names row %(seq)s, which the trail does not bear out (%(code)s)."),
}
