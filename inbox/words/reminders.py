"""Reminders of people who have waited longer than promised, and what became of them on their way."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "notice.past_due_own": _l(
        "%(people)s of the people you answer or see to have waited longer than promised, the longest for %(length)s."
    ),
    "notice.past_due_own_one": _l(
        "One of the people you answer or see to has waited longer than promised: %(length)s."
    ),
    "notice.past_due": _l(
        "%(people)s people have waited longer than promised, the longest for %(length)s, and nobody has said that they"
        " see to it."
    ),
    "notice.past_due_one": _l(
        "Somebody has waited longer than promised, for %(length)s, and nobody has said that they see to it."
    ),
    "notice.past_due_on_duty": _l(
        "You are on duty or stand in: %(people)s people have waited longer than promised, the longest for %(length)s,"
        " and nobody has said that they see to it."
    ),
    "notice.past_due_on_duty_one": _l(
        "You are on duty or stand in: somebody has waited longer than promised, for %(length)s, and nobody has said"
        " that they see to it."
    ),
    "notice.reminders_not_delivered": _l("Reminders do not arrive by %(channel)s: %(error)s"),
    "channel.email": _l("E-mail"),
    "channel.webhook": _l("Webhook"),
    # The e-mail.
    "reminder.subject": _l("%(people)s people have waited longer than promised"),
    "reminder.subject_one": _l("Somebody has waited longer than promised"),
    "reminder.hello": _l("Hello %(name)s,"),
    "reminder.open": _l("Show who waits"),
    "reminder.what_then": _l(
        "Say there that you see to it, and nobody is reminded of these people for half an hour. Until somebody says so,"
        " reminders go on and reach more colleagues."
    ),
    "reminder.why": _l("You get this because you answer or supervise here. You can switch it off in your profile:"),
    # What was done.
    "reminder_is_acknowledged": _l("Noted, thank you. Nobody is reminded of these people for half an hour."),
    "reminded_by_email_on": _l("Saved. You are reminded by e-mail too."),
    "reminded_by_email_off": _l("Saved. You are reminded here only, no longer by e-mail."),
    # Why a reminder did not arrive.
    "delivery.mail_unreachable": _l("the mail server does not answer"),
    "delivery.mail_not_encrypted": _l("the mail server offers no encryption, and nothing is sent in the clear"),
    "delivery.mail_not_trusted": _l("no encrypted connection to the mail server can be trusted"),
    "delivery.mail_sign_in_refused": _l("the mail server refuses our name or password"),
    "delivery.mail_refused": _l("the mail server refuses the message"),
    "delivery.mail_deferred": _l("the mail server asks to try again later"),
    "delivery.webhook_unreachable": _l("the webhook’s server does not answer"),
    "delivery.webhook_not_allowed": _l("the webhook’s address is one that nothing may be sent to from here"),
    "delivery.webhook_redirects": _l("the webhook’s address leads elsewhere, and no redirect is followed"),
    "delivery.webhook_refused": _l("the webhook’s server refuses the message"),
    "delivery.webhook_failed": _l("the webhook’s server fails"),
    "delivery.outcome_unknown": _l("it is not known whether the last one arrived, so it is not sent twice"),
    "delivery.not_set_up": _l("it is not set up any more"),
    "delivery.fault": _l("something failed here"),
}
