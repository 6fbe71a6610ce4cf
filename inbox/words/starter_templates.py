"""Names, purposes and tags of the templates to begin with, and what their placeholders ask for."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "starter.acknowledge.name": _l("We have read you"),
    "starter.acknowledge.purpose": _l(
        "First sign of life to somebody who complains. Name their point in their words; the answer itself is still due."
    ),
    "starter.acknowledge.tags": _l("acknowledge, first answer"),
    "starter.not_known_yet.name": _l("We do not know yet"),
    "starter.not_known_yet.purpose": _l(
        "When the answer needs time. Give a time you can keep, and write again by then even without news."
    ),
    "starter.not_known_yet.tags": _l("holding, promise, time"),
    "starter.details.name": _l("Asking for details"),
    "starter.details.purpose": _l(
        "When you need to know more before you can help. One question at a time, and nothing private in public."
    ),
    "starter.details.tags": _l("details, question back"),
    "starter.answer_question.name": _l("Answer to a question"),
    "starter.answer_question.purpose": _l(
        "When you know the answer. Answer the question that was asked, in one or two sentences."
    ),
    "starter.answer_question.tags": _l("answer, question"),
    "starter.correct_facts.name": _l("Setting a fact right"),
    "starter.correct_facts.purpose": _l(
        "When something false goes round. Say what is certain and where to check it; never say that somebody lies."
    ),
    "starter.correct_facts.tags": _l("rumour, facts, correction"),
    "starter.safety.name": _l("Somebody may be in danger"),
    "starter.safety.purpose": _l(
        "Health or safety first: what to do now, and a person to talk to. Tell a supervisor at the same time."
    ),
    "starter.safety.tags": _l("danger, safety, health"),
    "starter.refund.name": _l("Money back: the way to it"),
    "starter.refund.purpose": _l(
        "Shows the way, and promises nothing. A promise to pay leaves only in an approved wording."
    ),
    "starter.refund.tags": _l("refund, return, money"),
    "starter.thank_supporter.name": _l("Thanking a supporter"),
    "starter.thank_supporter.purpose": _l(
        "Kind words in a storm deserve an answer too. Short, personal, and without using them as a shield."
    ),
    "starter.thank_supporter.tags": _l("thanks, praise, supporter"),
    "starter.heated.name": _l("A heated exchange"),
    "starter.heated.purpose": _l(
        "When it gets loud. Stay calm, take the anger seriously, ask for the one point that matters; let insults pass."
    ),
    "starter.heated.tags": _l("anger, calm, insult"),
    "starter.private_channel.name": _l("Offering a private channel"),
    "starter.private_channel.purpose": _l(
        "When private data are needed. Offer it, do not push: moving people out of sight looks like hiding."
    ),
    "starter.private_channel.tags": _l("private, message, order"),
    "starter.news_as_promised.name": _l("News as promised"),
    "starter.news_as_promised.purpose": _l(
        "After “we do not know yet”: keep the promise, even when the news is that there is none yet."
    ),
    "starter.news_as_promised.tags": _l("promise, news, follow-up"),
    "starter.press.name": _l("A journalist asks"),
    "starter.press.purpose": _l("Never improvise for the press: give them a person, quickly and politely."),
    "starter.press.tags": _l("press, journalist"),
    "placeholder.author_name": _l("What you call this person"),
    "placeholder.account_name": _l("Our own name"),
    "placeholder.topic": _l("What it is about, as it stands in the sentence"),
    "placeholder.by_time": _l("By when you write again"),
}
