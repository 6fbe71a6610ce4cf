"""What members are told on their page of notices."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "notice.rule_refused": _l("Something that would have made a criticism disappear was refused: %(what)s"),
    "notice.rule_refused.by": _l("Tried by %(actor)s"),
    "notice.alarm_raised": _l("A comment is not on its network any more, and its author did not take it back."),
    "notice.alarm_returned": _l("A comment that had disappeared is there again."),
    "notice.escalated": _l("%(actor)s asks you to look at a conversation: %(concern)s"),
    "notice.stopped_answered": _l(
        "Your reply was stopped before it left: a colleague has answered. Your words are in the composer."
    ),
    "notice.stopped_wrote_again": _l(
        "Your reply was stopped before it left: they have written again. Your words are in the composer."
    ),
    "notice.declaration_made": _l(
        "%(actor)s declares something that was taken down on a network: %(ground)s. A second member confirms it."
    ),
    "notice.erasure_requested": _l("%(actor)s asks for a person’s data to be erased. It waits for your role."),
    "notice.retention_shortened": _l(
        "%(actor)s had names and words of %(account)s kept for %(months)s months only: what is older goes by itself."
    ),
    "actor.anybody": _l("somebody who is not signed in"),
    "actor.operator": _l("the command line"),
    "actor.system": _l("the product itself"),
    "actor.worker": _l("the background worker"),
}
