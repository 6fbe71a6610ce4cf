"""Following up on whoever was answered, and looking after whoever answers."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    # Why somebody is followed up.
    "follow_up.still_angry": _l("Still angry"),
    "follow_up.silent": _l("Silent since our answer"),
    "follow_up.private": _l("In private messages"),
    # How it went.
    "outcome.settled": _l("Settled"),
    "outcome.still_unhappy": _l("Still unhappy"),
    "outcome.no_answer": _l("No answer to us"),
    # What could not be done.
    "follow_up_unknown": _l("There is no follow-up %(id)s."),
    "follow_up_over": _l("This is over already: a colleague has said how it went, or something else was written."),
    "look_out_of_range": _l("Choose a time for the next look within the next %(days)s days."),
    "private_already": _l("It is noted already that this goes on in private messages."),
    # What was done.
    "went_private": _l("Noted. Tomorrow you are asked how it went."),
    "follow_up_told": _l("Noted, thank you. It is a figure nowhere."),
    "follow_up_given": _l("Noted who sees to it."),
    "follow_up_let_go": _l("Nobody sees to it now."),
    "follow_up_put_off": _l("The next look is noted."),
    "hostile_covered": _l("Hostile comments are covered for you from now on."),
    "hostile_open": _l("Hostile comments are left open for you."),
    # What the trail says.
    "deed.conversation.went_private": _l("noted that a talk goes on in private messages"),
    "deed.follow_up.given": _l("said who sees to following up on somebody"),
    "deed.follow_up.put_off": _l("set when somebody who was answered is looked at next"),
    "deed.follow_up.told": _l("said how it went with somebody who was answered (%(outcome)s)"),
    "noun.follow_up": _l("Following up"),
}
