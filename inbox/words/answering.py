"""What goes wrong between the queue and the reply that leaves, and why a reply does not leave yet."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "account_disconnected": _l("Its account was disconnected: connect it again, and the reply leaves."),
    "account_held": _l("Sending from this account is on hold: a supervisor can release it."),
    "account_imported": _l(
        "This conversation was imported, so nothing can be sent from here: answer on the network itself, then mark the"
        " answer as sent there."
    ),
    "account_unusable": _l("The account's stored sign-in cannot be used: an administrator can connect it again."),
    "answered_meanwhile": _l("Someone has answered in the meantime: read it first, then send if it is still needed."),
    "wrote_meanwhile": _l("They have written again in the meantime, and nothing was done: read it first."),
    "assignee_unfit": _l("Only an active member who answers comments can take this over: choose somebody else."),
    "comment_unknown": _l("There is no comment %(id)s in this conversation."),
    "conversation_not_now": _l("That is not possible any more: open the conversation again to see how it stands."),
    "conversation_unknown": _l("There is no conversation %(id)s."),
    "due_needs_wait": _l("Only those who wait can be due: choose those who wait, or those put off."),
    "cursor_unknown": _l("This page of the queue is not there any more: start again from the top."),
    "delay_out_of_range": _l("A reply can wait up to %(most)s seconds before it leaves."),
    "draft_elsewhere": _l("You have written other words on another screen: read them first."),
    "form_key_unusable": _l("The form was not filled in on its own page: open the conversation again."),
    "form_key_used": _l(
        "This form already sent another text: the first one stands. Open the conversation again to write a second"
        " reply."
    ),
    "hold_not_in_force": _l("There is nothing to release: sending is not on hold here."),
    "kind_unknown": _l("There is no kind of comment called “%(kind)s”."),
    "language_code_unknown": _l("“%(language)s” is not the code of a language: write it like en or fr."),
    "limit_unknown": _l("A page shows from 1 to %(most)s rows."),
    "member_needed": _l("Only a member can do this: sign in, or name one with --as."),
    "more_replies_wait": _l(
        "By now %(count)s replies wait instead of the %(seen)s you saw: look at them, then release sending."
    ),
    "not_found_after_lost_answer": _l(
        "The network did not confirm the reply, and looking for it did not find it: look on the network itself, then"
        " say here whether it is there."
    ),
    "not_published": _l("A member looked, and the reply is not on the network: send it again, or withdraw it."),
    "note_empty": _l("The note is empty: write something first."),
    "placeholder_left": _l("The place {%(name)s} of the template is not filled in yet: put in the words, then send."),
    "own_reply_leaving": _l(
        "Your own reply to the same person has not left yet: wait until it has, or take it back, then send this one if"
        " it is still needed."
    ),
    "reason_empty": _l("The reason cannot be read: write it in plain words, or leave it out."),
    "reply_empty": _l("The reply is empty: write something first."),
    "reply_not_now": _l("It is too late for that: open the conversation again to see how the reply stands."),
    "reply_too_long": _l("The reply is too long for this network: %(used)s of %(limit)s characters. Shorten it."),
    "reply_unknown": _l("There is no reply %(id)s."),
    "seen_unknown": _l("The page did not tell what you had on screen: open the conversation again, then send."),
    "sending_held": _l("All sending is on hold: a supervisor can release it."),
    "sent_before_comment": _l("The answer cannot be older than what it answers: check the time."),
    "sent_in_future": _l("The answer cannot have been sent in the future: check the time."),
    "snooze_in_danger": _l("They write of danger to people: put them off for %(hours)s hours at the most."),
    "snooze_out_of_range": _l("Choose a time within the next %(days)s days."),
    "stopped_answered": _l("A colleague has answered in the meantime, so this was stopped before it left."),
    "stopped_wrote_again": _l("They have written again in the meantime, so this was stopped before it left."),
    "taken_by_another": _l("A colleague has just taken this over: choose somebody else who waits."),
    "template_changed": _l("A colleague changed this template meanwhile: open it again, so that nothing gets lost."),
    "template_name_empty": _l("The template needs a name."),
    "template_name_too_long": _l("The name is too long: %(most)s characters at most."),
    "template_text_empty": _l("The template needs a text in at least one language."),
    "template_unknown": _l("There is no template %(id)s."),
    "text_too_long_to_store": _l("The text is too long: %(most)s characters at most."),
    "undo_out_of_range": _l("A reply can count down from 0 to %(most)s seconds before it leaves."),
    "undo_too_late": _l("It has left already: what people can read is not taken away here."),
    "urgency_unknown": _l("There is no such urgency."),
    "url_unusable": _l("The address must begin with https:// or http://."),
}
