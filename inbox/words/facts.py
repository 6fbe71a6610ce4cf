"""Facts, what cites them, and replies to correct."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "correction_not_needed": _l("This reply is put right already, or a colleague has decided about it."),
    "correction_undecided": _l("Choose the reply that corrects it, or say in a few words why none is needed."),
    "fact_braces": _l("Leave out the braces: { and } are for placeholders."),
    "fact_brought_back": _l("The fact can be cited again."),
    "fact_changed_meanwhile": _l(
        "A colleague changed the fact “%(name)s” meanwhile: open it again, so that nothing gets lost."
    ),
    "fact_language_missing": _l(
        "The fact “%(name)s” has no words in this language (%(language)s) yet: a supervisor can add them."
    ),
    "fact_name_taken": _l("There is a fact called “%(name)s” already: change that one, or choose another name."),
    "fact_name_unusable": _l(
        "The name needs small letters, digits, - or _, and %(most)s characters at most: leak-date."
    ),
    "fact_retired": _l("The fact “%(name)s” is retired and cannot be cited: choose another one, or bring it back."),
    "fact_unknown": _l("There is no fact called “%(name)s”: check how it is spelt."),
    "fact_words_empty": _l("Write what we say, in at least one language."),
    "fact_words_too_long": _l("The words are too long: %(most)s characters at most, as they stand inside a sentence."),
    "fact_words_too_short": _l(
        "“%(words)s” is too short to be found again in what was sent: write it with what it counts, “14 people”."
    ),
    "follow_up_unfit": _l("Choose a reply that was sent in the same conversation after the fact changed."),
    # On the pages, after a deed.
    "correction_noted": _l("Noted."),
    "fact_is_retired": _l("The fact is retired: nothing new can cite it."),
    "fact_saved": _l("Saved. What cites the earlier words is stale from now on."),
    "fact_created": _l("Saved. Cite it by typing its name in braces."),
    # Notices.
    "notice.fact_brought_back": _l("The fact “%(name)s” can be cited again."),
    "notice.fact_changed": _l(
        "The fact “%(name)s” has changed: what cites it is stale, and replies sent with it are to be corrected."
    ),
    "notice.fact_retired": _l("The fact “%(name)s” is retired: wordings that cite it cannot be sent any more."),
    # The trail.
    "deed.fact.brought_back": _l("had a fact cited again (%(name)s)"),
    "deed.fact.changed": _l("changed a fact (%(name)s, version %(number)s)"),
    "deed.fact.created": _l("noted a fact (%(name)s)"),
    "deed.fact.retired": _l("retired a fact (%(name)s)"),
    "deed.reply.corrected": _l("linked a reply with the one that corrects it"),
    "deed.reply.correction_declined": _l("decided that a sent reply needs no correction"),
    "noun.fact": _l("Facts"),
    "object.fact": _l("Fact"),
}
