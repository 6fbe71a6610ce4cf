"""Why we answer as we do: a title and a sentence per topic. The pages themselves stand in `templates/help/topics/`."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "help_unknown": _l("There is no such page of help. The list shows them all."),
    "why.answering.title": _l("Why answer everyone"),
    "why.answering": _l(
        "Hundreds read this exchange in silence: a patient answer to one person is an answer to all of them."
    ),
    "why.same-question.title": _l("When many ask the same"),
    "why.same-question": _l(
        "It is one question to you, and forty people to whoever reads: give each a sentence that only they get."
    ),
    "why.criticism-stays.title": _l("Why no criticism is removed"),
    "why.criticism-stays": _l(
        "A comment that disappears comes back as a screenshot, and then the story is about what you hid."
    ),
    "why.apologising.title": _l("How to apologise"),
    "why.apologising": _l(
        "Say what happened and that it is on you, before you explain anything: an explanation that comes first is heard"
        " as an excuse."
    ),
    "why.holding-replies.title": _l("When you do not know yet"),
    "why.holding-replies": _l(
        "“We are looking into it” buys calm only with a time in it, and only if you write again by then, even with no"
        " news."
    ),
    "why.silence.title": _l("What silence says"),
    "why.silence": _l(
        "Silence is an answer too, and others write it for you: leave it only where there is nothing to say."
    ),
    "why.trolls.title": _l("Trolls, and people who are merely angry"),
    "why.trolls": _l(
        "Most of those who sound like trolls are customers who were not heard: answer once, calmly, before you judge."
    ),
    "why.private-channel.title": _l("When to go to private messages"),
    "why.private-channel": _l(
        "Private messages are for private data. Answer in public first, or readers see only somebody led aside."
    ),
    "why.facts.title": _l("How to correct a fact"),
    "why.facts": _l(
        "Correct where you said it, to those to whom you said it, and say what is true first: what is repeated is what"
        " stays."
    ),
    "why.campaigns.title": _l("Why campaigns stop first"),
    "why.campaigns": _l(
        "A cheerful advertisement beside an angry thread is the next screenshot: stop what is planned before you write."
    ),
    "why.breathing.title": _l("Take a breath"),
    "why.breathing": _l(
        "An hour later costs little, an answer written in anger costs days: step back, or pass it on, before you"
        " answer."
    ),
}
