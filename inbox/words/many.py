"""Many at once: tags, deeds over many, prepared replies."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    # Tags.
    "tag_empty": _l("The tag is empty: type a word first."),
    "tag_too_long": _l("The tag is too long: %(most)s characters at most."),
    "tag_unknown": _l("There is no tag called “%(name)s”."),
    "tag_gone": _l("There is no such tag."),
    "tag_is_retired": _l("The tag “%(name)s” is retired: a supervisor can bring it back."),
    "tag_not_on_it": _l("This conversation does not have the tag any more."),
    "tag_name_taken": _l("There is a tag called “%(name)s” already."),
    "tags_too_many": _l("A conversation has %(most)s tags at most: take one off first."),
    "tag_is_on": _l("Tagged."),
    "tag_is_off": _l("The tag is off. That it was on stays on record."),
    "tag_renamed": _l("Renamed, wherever it stands."),
    "tag_retired": _l("Retired: it is offered no more, and conversations that have it keep it."),
    "tag_brought_back": _l("Brought back."),
    # Deeds over many.
    "nobody_picked": _l("Nobody is selected: tick somebody in the list first."),
    "too_many_picked": _l("That is too many at once: %(most)s people at most."),
    "bulk_deed_unknown": _l("There is no such deed of yours."),
    "permission_lost": _l("Your roles do not allow it any more."),
    "many.not_waiting": _l("Nobody waits there any more."),
    "deed_of_many.assign": _l("Given to %(name)s"),
    "deed_of_many.let_go": _l("Let go of"),
    "deed_of_many.tag": _l("Tagged “%(name)s”"),
    "deed_of_many.untag": _l("Tag “%(name)s” taken off"),
    "deed_of_many.snooze": _l("Put off until %(name)s"),
    "deed_of_many.note": _l("Note added"),
    "will_be.take": _l("They will be yours to answer."),
    "will_be.assign": _l("They will be a colleague’s to answer."),
    "will_be.let_go": _l("Nobody will have taken them any more."),
    "will_be.tag": _l("They will have the tag."),
    "will_be.untag": _l("The tag will be taken off."),
    "will_be.snooze": _l("They will be put off. Their waits go on counting."),
    "will_be.note": _l("The same note will stand at each."),
    # Prepared replies.
    "bulk_reply_unknown": _l("There is no such group of prepared replies of yours."),
    "bulk_reply_not_now": _l("That is not possible as the group stands now: reload the page to see it."),
    "bulk_reply_stopped": _l("Stopped. Nothing more of this group leaves."),
    "bulk_reply_started": _l("They leave one after the other now. You can go on with something else."),
    "bulk_reply_is_away": _l("Put away. Nothing of it leaves, and everybody in it waits as before."),
    "pause_out_of_range": _l("Choose a pause from %(least)s to %(most)s seconds."),
    "prepared_unknown": _l("There is no such reply in this group."),
    "prepared_elsewhere": _l(
        "You have written other words to this person on another screen: reload the page to see them."
    ),
    "prepared_not_all_ticked": _l("Nothing leaves yet: %(count)s of them are not ticked. Read each, then tick it."),
    "prepared_nobody_left": _l("Nobody is left in this group."),
    "same_words_need_reason": _l(
        "Names and figures aside, another reply you prepared says the same. Change a sentence, or say why they have to"
        " be the same."
    ),
    "prepared_answer_under_way": _l(
        "An answer to them is under way: they can be put back in once it has left, or was taken back."
    ),
    "prepared_answer.left": _l("%(name)s has answered them:"),
    "prepared_answer.under_way": _l("%(name)s has written to them; it has not left yet:"),
    "prepared_answer.natively": _l("Answered in the network’s own app:"),
    "prepared_left_out": _l("You left them out."),
    "prepared_answered": _l("They have an answer already."),
    "prepared_wrote_again": _l("They have written again: read it first."),
    "prepared_being_written": _l("A colleague has begun to write to them."),
    "prepared_claimed": _l("A colleague has taken them."),
    "prepared_not_waiting": _l("Nobody waits there any more."),
    "prepared_withheld": _l("Their data was erased."),
    "prepared_stopped_failed": _l(
        "The network refused a reply, so the rest was stopped. See why below, then send the rest."
    ),
    "prepared_stopped_unconfirmed": _l(
        "Nobody knows whether a reply arrived, so the rest was stopped. Look on the network, then send the rest."
    ),
    "prepared_stopped_not_allowed": _l("Its member may not send replies any more, so the rest was stopped."),
    "notice.prepared_taken_out": _l("One of your prepared replies was taken out before it left: see why."),
    "notice.prepared_stopped": _l("Your prepared replies were stopped: look at what happened before the rest leaves."),
    "prepared_first_only": _l("A group holds 100 people at most: these are the first 100 of those you chose."),
    "prepared_warns.missing": _l("Still open: %(names)s"),
    "prepared_warns.too_long": _l("%(over)s characters too long for this network"),
    "prepared_warns.same": _l(
        "Names and figures aside, the same words go to others you prepared replies for (%(count)s). Change a sentence,"
        " or give a reason above."
    ),
    "prepared_warns.near": _l("Nearly the same words go to others of this group (%(count)s)."),
    "prepared_warns.sent": _l("Nearly the same words were sent before, to people: %(count)s."),
    "prepared_stands.sent": _l("Sent at %(time)s"),
    "prepared_stands.leaving": _l("Leaves in %(seconds)s s"),
    "prepared_stands.on_its_way": _l("On its way"),
    "prepared_stands.approval": _l("Waits for approval"),
    "prepared_stands.taken_back": _l("Taken back before it left"),
    "prepared_stands.failed": _l("Not sent: open it to see why"),
    "prepared_stands.unconfirmed": _l("Unconfirmed: look on the network"),
    "bulk_reply_state.preparing": _l("being prepared"),
    "bulk_reply_state.sending": _l("leaving one after the other"),
    "bulk_reply_state.stopped": _l("stopped"),
    "bulk_reply_state.done": _l("done"),
    "bulk_reply_state.put_away": _l("put away"),
    # What the trail says.
    "deed.conversation.tagged": _l("put a tag on a conversation"),
    "deed.conversation.untagged": _l("took a tag off a conversation"),
    "deed.tag.created": _l("made a tag"),
    "deed.tag.renamed": _l("renamed a tag"),
    "deed.tag.retired": _l("retired a tag"),
    "deed.tag.brought_back": _l("brought back a tag"),
    "deed.tag.withheld": _l("withheld the word of a tag that stood on one person alone"),
    "deed.bulk_deed.asked": _l("asked for one deed over many conversations (%(conversations)s)"),
    "deed.bulk_reply.begun": _l("began to prepare replies to people who ask the same (%(replies)s)"),
    "deed.bulk_reply.template_chosen": _l("began prepared replies with a template"),
    "deed.bulk_reply.started": _l("let prepared replies leave one after the other (%(replies)s)"),
    "deed.bulk_reply.stopped": _l("stopped prepared replies"),
    "deed.bulk_reply.finished": _l("was done with a group of prepared replies"),
    "deed.bulk_reply.put_away": _l("put a group of prepared replies away"),
    "deed.prepared_reply.ticked": _l("read a prepared reply and ticked it"),
    "deed.prepared_reply.taken_out": _l("took a prepared reply out (%(code)s)"),
    "deed.prepared_reply.put_in": _l("put a prepared reply back in"),
    "noun.tag": _l("Tags"),
    "noun.bulk_deed": _l("Deeds over many"),
    "noun.bulk_reply": _l("Prepared replies"),
    "noun.prepared_reply": _l("Single prepared replies"),
    "object.tag": _l("Tag"),
    "object.bulk_deed": _l("Deed over many"),
    "object.bulk_reply": _l("Prepared replies"),
}
