"""What the pages of apologies and approvals say: states, reasons, hints, and what confirms a deed."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    # What was done.
    "apology_saved": _l("Saved as a draft: submit it when you stand behind it."),
    "apology_saved_in_place": _l(
        "Saved. You stand behind this version; it is approved once another member accepts it."
    ),
    "apology_is_submitted": _l("Submitted. It is approved once a supervisor or an approver stands behind it too."),
    "apology_is_confirmed": _l("You stand behind it. Another member completes the approval."),
    "apology_is_approved": _l("Approved: it can be sent from now on."),
    "apology_is_returned": _l("Returned, with your words."),
    "apology_is_retired": _l("Retired. It leaves no more, and stays readable."),
    "reply_waits": _l("Your reply waits for approval. It leaves by itself as soon as it is approved."),
    "reply_is_confirmed": _l("You stand behind it. Another member completes the approval."),
    "reply_is_approved": _l("Approved."),
    "reply_is_approved_and_leaves": _l("Approved: it leaves now."),
    "reply_is_returned": _l("Returned to its writer, with your words."),
    "reply_is_edited": _l("Saved. It leaves once another member accepts your version."),
    "reply_is_submitted_again": _l("Submitted again."),
    "rules_saved": _l("The rules are saved. They hold for what is written from now on."),
    "supervision_saved": _l("Saved."),
    "courtesy_waits": _l("It apologises, so a second member has to allow it too: until then it waits for approval."),
    "courtesy_is_allowed": _l("This phrase leaves without approval from now on."),
    "courtesy_is_taken_out": _l("This phrase waits for approval from now on."),
    # Where an apology stands.
    "apology_state.draft": _l("Draft"),
    "apology_state.submitted": _l("Waits for approval"),
    "apology_state.returned": _l("Returned"),
    "apology_state.approved": _l("Approved"),
    "apology_state.retired": _l("Retired"),
    # Why an approved wording cannot be sent at present.
    "cannot_leave.apology_expired": _l("Its time is over: set a new end and have it approved again."),
    "cannot_leave.apology_used_up": _l("It was used as often as was approved: have a new number approved."),
    "cannot_leave.apology_stale": _l(
        "It cites a fact that has changed: save it again with the new fact, and submit it."
    ),
    "cannot_leave.apology_not_approved": _l("Not enough members stand behind it any more: have it approved again."),
    # Why a reply waits, for somebody else than its writer.
    "waits_since.account_supervised": _l("Every reply of this account waits for a supervisor."),
    "waits_since.admission_unapproved": _l(
        "It admits a fault, a cause, a number of victims or a compensation. Insurers and courts read it so."
    ),
    "waits_since.apology_expired": _l("It holds an approved wording whose time is over."),
    "waits_since.apology_not_approved": _l("It holds the wording of an apology that is not approved yet."),
    "waits_since.apology_retired": _l("It holds the wording of an apology that was retired."),
    "waits_since.apology_stale": _l("It holds a wording that cites a fact which has changed."),
    "waits_since.apology_unapproved": _l("It apologises in words that nobody has approved."),
    "waits_since.apology_used_up": _l("It holds a wording that was used as often as was approved."),
    "waits_since.core_changed": _l("An approved wording was changed in it, which voids that approval."),
    "waits_since.fact_changed": _l("It says something that is no longer so."),
    "waits_since.member_supervised": _l("Its writer’s replies wait for a supervisor in the first days."),
    # What the gate found, beside a sentence.
    "found.apology": _l("apologises"),
    "found.admission": _l("admits"),
    # What would happen to what is being written.
    "would.account_supervised": _l("Every reply of this account waits for a supervisor: so will this one."),
    "would.admission_unapproved": _l(
        "This admits a fault, a cause, a number of victims or a compensation: it will wait for a supervisor."
    ),
    "would.apology_expired": _l("The time of this approved wording is over: the reply will wait for a supervisor."),
    "would.apology_not_approved": _l("This wording is not approved yet: the reply will wait for a supervisor."),
    "would.apology_retired": _l("This wording was retired: the reply will wait for a supervisor."),
    "would.apology_stale": _l("This wording cites a fact that has changed: the reply will wait for a supervisor."),
    "would.apology_unapproved": _l("This apologises in words nobody has approved: it will wait for a supervisor."),
    "would.apology_used_up": _l(
        "This wording was used as often as was approved: the reply will wait for a supervisor."
    ),
    "would.core_changed": _l("You changed the approved wording, which voids its approval."),
    "would.member_supervised": _l("In your first days a supervisor reads each reply: so with this one."),
    # What makes an apology work.
    "advice.regret.found": _l("It says plainly that we are sorry."),
    "advice.regret.missing": _l("It does not say yet that we are sorry: “we apologise” is enough."),
    "advice.harm.found": _l("It names the harm."),
    "advice.harm.missing": _l("Name what people suffered, in their words: “the situation” is nobody’s harm."),
    "advice.unconditional.found": _l("It sets no condition."),
    "advice.unconditional.missing": _l(
        "A condition takes it back: “if anyone was offended” says that perhaps nobody was."
    ),
    "advice.speaker.found": _l("It is clear who speaks."),
    "advice.speaker.missing": _l("Say who speaks: “we”, or our name."),
    "advice.repair.found": _l("It says what we do about it."),
    "advice.repair.missing": _l("Say what we do about it, so concretely that somebody could check it."),
    "advice.date.found": _l("It says by when."),
    "advice.date.missing": _l("Say by when: a day, or an hour."),
}
