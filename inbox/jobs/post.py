"""How reminders leave the house, out of the settings."""

from __future__ import annotations

from config import Config
from inbox.notices.deliveries import Post
from inbox.notices.letters import MailServer
from inbox.notices.webhook import Webhook


def post_of(config: Config) -> Post:
    """What the settings say: nothing where nothing is set up."""
    smtp, webhook = config.smtp, config.webhook
    mail = (
        MailServer(
            host=smtp.host,
            port=smtp.port,
            encrypted=smtp.encrypted,
            in_clear=smtp.in_clear,
            name=smtp.name,
            password=smtp.password,
            sender=smtp.sender,
        )
        if smtp is not None
        else None
    )
    return Post(config.public_url, mail, Webhook(webhook.url, webhook.secret) if webhook is not None else None)
