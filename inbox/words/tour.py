"""What each step of the tour says."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "tour_is_left": _l("The tour can be started again from your profile, whenever you like."),
    "tour.waiting.title": _l("Everybody who waits"),
    "tour.waiting": _l(
        "One row is one person. The large figure is how long they have waited; danger to people comes first, then the"
        " press, then whoever is due. Work from the top, and nobody is forgotten."
    ),
    "tour.person.title": _l("The person, and their words"),
    "tour.person": _l(
        "What they wrote stands below, on which post, and what we answered. How long they wait stands above. Read it"
        " to the end before you write: that is half of a good answer."
    ),
    "tour.answer.title": _l("Your answer"),
    "tour.answer": _l(
        "Type a slash for a template, and make it theirs. What is missing is asked for; what apologises waits for a"
        " second pair of eyes, and you are told so before."
    ),
    "tour.answer.demo": _l("This is the demo: nobody real reads it, so try one."),
    "tour.helps.title": _l("No Delete, no Block"),
    "tour.helps": _l(
        "Nobody can take a criticism away here, so you cannot do it by mistake. Open this to see what helps: a"
        " colleague, a pause, a supervisor."
    ),
    "tour.shift.title": _l("The end of your day"),
    "tour.shift": _l("What you have open stands here. Hand it over, say what you noticed, and let go of it."),
    "tour.approvals.title": _l("What waits to be read"),
    "tour.approvals": _l(
        "An apology or an admission leaves once two members stand behind the same words. It waits here, with the"
        " comment it answers."
    ),
    "tour.apologies.title": _l("Apologies, ready before they are needed"),
    "tour.apologies": _l(
        "Once its sentences are approved, an apology goes into any answer at once, with your own words around it."
    ),
    "tour.crisis.title": _l("When it becomes a crisis"),
    "tour.crisis": _l(
        "Open it here, and everybody is told. The line to take then stands beside every answer, and figures are counted"
        " for it."
    ),
    "tour.sending.title": _l("Hold everything"),
    "tour.sending": _l(
        "If something is wrong, one click keeps every reply back. You read what waits, then release it."
    ),
    "tour.accounts.title": _l("The accounts"),
    "tour.accounts": _l(
        "Connect them here, and see whether each still delivers: no comments must never be mistaken for no connection."
    ),
    "tour.members.title": _l("Who works here"),
    "tour.members": _l("Each role opens what its work needs. None of them can take a criticism away, not even yours."),
    "tour.figures.title": _l("How long people wait"),
    "tour.figures": _l(
        "Everybody who wrote is counted, those without an answer too, so that no figure can be flattered. Each number"
        " leads to its rows."
    ),
    "tour.trail.title": _l("What was done, and by whom"),
    "tour.trail": _l("Every deed that matters is written here and can be checked. Nothing is ever taken out."),
    "tour.help.title": _l("Why we do it so"),
    "tour.help": _l(
        "Ten short pages on answering in a crisis, to be read in a quiet moment. “Learn more” leads here from wherever"
        " you decide something."
    ),
}
