"""What goes wrong with reply templates, their files, and with answers that sound like copies."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "template_is_retired": _l("The template “%(name)s” is retired: bring it back first, or choose another one."),
    "template_stale": _l(
        "A fact in the template “%(name)s” has changed: read it again and confirm it, then it can be inserted."
    ),
    "template_tag_too_long": _l("A tag is too long: %(most)s characters at most."),
    "template_tags_too_many": _l("These are too many tags: %(most)s at most."),
    "template_prompt_too_long": _l("A question is too long: %(most)s characters at most."),
    "template_version_unknown": _l("There is no version %(number)s of this template."),
    "template_file_missing": _l("Choose a file first."),
    "template_file_unreadable": _l("This file cannot be read: export the templates once to see how it is made."),
    "template_file_columns": _l(
        "The file lacks the column “%(column)s”: export the templates once to see how it is made."
    ),
    "template_file_too_many": _l("The file holds more than %(most)s templates: split it."),
    "template_file_empty": _l("There is no template in this file."),
    "template_file_row": _l("Row %(row)s: %(fault)s Nothing was imported."),
    "template_file_disagrees": _l(
        "“%(name)s” says two different things about itself: its rows must agree in everything but language and text."
    ),
    "template_file_yes_no": _l("In the column “%(column)s” stands neither yes nor no."),
    "template_file_places": _l("What stands under “places” is not what an export writes there."),
    "likeness_reason_needed": _l(
        "Nearly this text went to %(people)s people: make it personal, or say in a few words why it has to be the same."
    ),
    "likeness_reason_short": _l("Say in a few words why it has to be the same: one word is no reason."),
    "likeness.name_them": _l("Call them by their name"),
    "likeness.take_up_words": _l("Take up a word of theirs"),
    "likeness.other_opening": _l("Begin with something only they wrote about"),
    "likeness.own_sentence": _l("Add one sentence that is true for nobody else"),
    "template_facts_confirmed": _l("Confirmed: the template takes the facts as they are now."),
    "template_places_unexplained": _l("Saved. Say below what its own places ask for, so that colleagues know."),
    "templates_taken_in": _l("The templates of the file are here."),
    "templates_taken_in_nothing_new": _l("Everything in the file is here already: nothing was changed."),
    "starter_set_added": _l("The templates to begin with are here. Make them yours."),
}
