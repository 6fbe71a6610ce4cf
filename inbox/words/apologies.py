"""Apologies, approvals, and why a reply waits for somebody else."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "account_supervised": _l("Every reply of this account waits for a supervisor."),
    "admission_unapproved": _l(
        "It admits a fault, a cause, a number of victims or a compensation, and insurers and courts read it so: it"
        " leaves once a second member has approved it."
    ),
    "apology_changed": _l("Somebody has changed this wording in the meantime: read it as it is now, then decide."),
    "apology_core_empty": _l("The core is empty: write the sentences that are to be approved."),
    "apology_core_open": _l(
        "The core does not end with a full stop: without one, words behind it would change what was approved."
    ),
    "apology_core_too_short": _l(
        "The core is too short: write whole sentences, of at least %(least)s words, that say the same wherever they"
        " stand."
    ),
    "apology_of_another": _l("Only somebody who wrote a version of it, or who may approve, can accept this wording."),
    "apology_returned_unchanged": _l("It was returned: change it before you ask for its approval again."),
    "apology_core_too_long": _l("The core is too long: keep it below %(most)s characters."),
    "apology_expired": _l("The time of this wording is over: set a new end and have it approved again."),
    "apology_expires_in_past": _l("The end lies in the past: choose a later one, or leave it open."),
    "apology_not_approved": _l("It holds a wording that is not approved yet: it leaves once a second member approves."),
    "apology_not_now": _l("That is not possible any more: read how the wording stands now."),
    "apology_part_too_long": _l("One of the answers is too long: keep each below %(most)s characters."),
    "apology_retired": _l("It holds a wording that was retired: choose another, or have this reply approved."),
    "apology_stale": _l(
        "The wording cites a fact that has changed: read it again, take the fact as it is now, and have it approved."
    ),
    "apology_title_empty": _l("The wording has no title: give it one that colleagues recognise."),
    "apology_title_too_long": _l("The title is too long: keep it below %(most)s characters."),
    "apology_unapproved": _l(
        "It apologises in words that nobody has approved: it leaves once a second member has. An approved wording"
        " would leave at once."
    ),
    "apology_unknown": _l("There is no apology %(id)s."),
    "apology_used_up": _l("The wording has been used as often as was approved: have a new number approved."),
    "apology_uses_unusable": _l("The number of uses must be from 1 to %(most)s, or left open."),
    "approval_minutes_out_of_range": _l("An approval may take from 1 to %(most)s minutes before everyone is told."),
    "confirmations_out_of_range": _l("From %(least)s to %(most)s members can be asked to agree, never fewer."),
    "confirmed_already": _l("You already stand behind these words: a second member completes the approval."),
    "core_changed": _l(
        "An approved wording was changed, which voids its approval: put the approved words back, or have these"
        " approved."
    ),
    "core_placeholder_unknown": _l(
        "Only {author_name} and {account_name} may vary in a core, and facts as {fact:name}: “%(name)s” may not."
    ),
    "courtesy_admits": _l("This admits something, which is more than a courtesy: it goes on waiting for approval."),
    "courtesy_open": _l("This apologises and leaves open for what: write the whole phrase, without “…”."),
    "courtesy_empty": _l("The phrase is empty: write the polite words that may leave."),
    "courtesy_too_long": _l("The phrase is too long: keep it below %(most)s characters."),
    "fact_changed": _l("It says something that is no longer so: put in the fact as it is now."),
    "likeness_limit_out_of_range": _l("Choose from how many people on a reason is needed, or leave it empty."),
    "member_supervised": _l("In the first days, each of your replies waits for a supervisor."),
    "promise_in_past": _l("The time you promise lies in the past: choose a later one."),
    "reply_changed": _l("Somebody has changed this reply in the meantime: read it as it is now, then decide."),
    "reply_returned_unchanged": _l("These very words were returned: change them before you ask again."),
    "reply_of_another": _l("Only its writer, or somebody who approves replies, can change this reply."),
    "return_words_empty": _l("Say what is to be changed: a wording returned without a word helps nobody."),
    "supervised_until_past": _l("That time is over already: choose a later one, or end the supervision."),
    "supervises_self": _l("Somebody else sets this for you."),
    "notice.approval_overdue": _l("Nobody has answered an approval for more than %(minutes)s minutes."),
    "notice.approval_for_deputy": _l(
        "You stand in: nobody has answered an approval for more than %(minutes)s minutes."
    ),
    "notice.apology_unattended": _l("An approved wording runs out while no approver is on duty: extend it in time."),
    "notice.native_held": _l("An answer sent on the network itself holds an %(outcome)s that nobody approved here."),
    "outcome.apology": _l("Apology"),
    "outcome.admission": _l("Admission"),
    "notice.apology_submitted": _l("%(actor)s asks you to approve the wording of an apology."),
    "notice.apology_approved": _l("Your apology is approved: it can be sent."),
    "notice.apology_returned": _l("%(actor)s returned your apology with a remark."),
    "notice.apology_edited": _l("Your apology was corrected: it is approved once you accept the new version."),
    "notice.reply_submitted": _l("A reply waits for your approval."),
    "notice.reply_approved": _l("Your reply is approved and leaves."),
    "notice.reply_returned": _l("%(actor)s returned your reply with a remark."),
    "notice.reply_edited": _l("Your reply was corrected: it leaves once you accept the new text."),
}
