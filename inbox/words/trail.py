"""What can go wrong with the trail and its anchors, and what its verification says."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "anchor_unwritable": _l("The anchor could not be written to %(path)s (%(reason)s): choose a place that can."),
    "anchor_unreadable": _l("The anchors in %(path)s cannot be read (line %(line)s): give the file as it was written."),
    "anchor_key_unusable": _l("The key in %(path)s is not one that anchors are signed with: put the right one there."),
    "cli_anchored": _l("Row %(seq)s is anchored, signed with the key %(public_key)s."),
    "fault_trigger": _l("The database has lost the trigger %(name)s."),
    "fault_trail.hole": _l("Row %(seq)s of the trail is missing."),
    "fault_trail.broken_link": _l("Row %(seq)s of the trail does not follow the one before it."),
    "fault_trail.changed_row": _l("Row %(seq)s of the trail is not as it was written."),
    "fault_anchor.cut_off": _l(
        "The anchor on line %(line)s names row %(seq)s of the trail, which is not there any more: its end was cut off."
    ),
    "fault_anchor.other_row": _l(
        "The anchor on line %(line)s names row %(seq)s of the trail, and another row stands in its place."
    ),
    "fault_anchor.not_genuine": _l("The anchor on line %(line)s, for row %(seq)s, does not carry its own signature."),
    "fault_anchor.other_key": _l("The anchor on line %(line)s, for row %(seq)s, is signed with another key."),
    "fault_digest": _l("Version %(number)s of comment %(comment)s is not as it was collected."),
    "fault_tombstone": _l("The text of comment %(comment)s is withheld, and the trail does not say who did it."),
    "fault_erasure": _l("Erasure %(erasure)s is confirmed, and the trail does not say so."),
    "fault_retention": _l(
        "On account %(account)s the trail tells of %(counted)s people past their time of keeping, and %(found)s are"
        " nameless for it."
    ),
    "fault_declaration": _l("Declaration %(declaration)s is confirmed, and the trail does not say so."),
    "fault_collection": _l("The comments that row %(seq)s of the trail tells of are not those that are stored."),
    "fault_withheld": _l("The text of comment %(comment)s is missing, and no tombstone says why."),
    "fault_evidence": _l("The sealed evidence of declaration %(declaration)s is not as it was sealed."),
    "fault_reply_withheld": _l("The text of reply %(reply)s is missing, and no erasure says why."),
    "fault_counts": _l(
        "Account %(account)s received %(received)s items, but %(stored)s stored, %(known)s known and"
        " %(quarantined)s quarantined do not add up to them."
    ),
    "fault_stored": _l("Account %(account)s counts %(counted)s stored comments and messages, but %(found)s are there."),
    "fault_hours": _l("The trail does not say who set the staffed hours of row %(hours)s."),
    "fault_hours_early": _l("The staffed hours of row %(hours)s begin before they were set."),
    "fault_round_the_clock": _l(
        "Row %(row)s of staffing round the clock begins before it was set, or the trail does not say who set it."
    ),
    "fault_target": _l("The trail does not say who set the target of row %(target)s."),
    "fault_core": _l("The core of version %(number)s of apology %(apology)s is not as it was hashed."),
    "fault_approval": _l("Apology %(apology)s is approved, and two members do not stand behind it."),
    "fault_unapproved": _l("Reply %(reply)s was to be approved, and left although two members do not stand behind it."),
    "fault_reply_text": _l("The text of reply %(reply)s is not as it was hashed."),
    "fault_reply_version": _l("Version %(number)s of reply %(reply)s is not as it was hashed."),
    "fault_reply_confirmation": _l(
        "Confirmation %(confirmation)s of a reply is of a member or of a reply that is not there."
    ),
    "fault_apology_confirmation": _l(
        "Confirmation %(confirmation)s of an apology is of a member or of a version that is not there."
    ),
    "fault_reply_sent": _l("Reply %(reply)s is sent and has no time."),
    "fault_wait": _l("The waits of conversation %(conversation)s are not those its comments and replies give."),
    "fault_wait_hours": _l(
        "Wait %(wait)s of conversation %(conversation)s is not due, or did not last, as the account’s hours say."
    ),
    "fault_wait_copy": _l(
        "Wait %(wait)s of conversation %(conversation)s does not say what its comment and reply say."
    ),
    "fault_wait_stage": _l("Wait %(wait)s of conversation %(conversation)s does not show the stages that are noted."),
    "fault_due": _l("Conversation %(conversation)s is not due when its open wait is."),
    "fault_queue": _l(
        "The row of person %(author)s in the queue (%(state)s) does not say what their conversations say."
    ),
    "fault_counter": _l("The counter of %(state)s on account %(account)s says %(counted)s instead of %(found)s."),
    "fault_none": _l("No fault: the rule holds, the trail is whole, the figures can be recomputed."),
    "verified_with_anchors": _l("The trail was checked against %(count)s anchors in %(path)s."),
    "verified_without_anchors": _l(
        "There was no anchor to check against: rows cut off at the end of the trail would not show. `inbox trail"
        " anchor` writes one."
    ),
}
