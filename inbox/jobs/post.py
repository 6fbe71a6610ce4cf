"""How reminders leave the house, out of the settings."""

from __future__ import annotations

from urllib.parse import urlsplit

from config import LOOPBACK, Config
from inbox.notices.deliveries import Post
from inbox.notices.letters import MailServer
from inbox.notices.webhook import Webhook


def post_of(config: Config) -> Post:
    """What the settings say: nothing where nothing is set up."""
    smtp = config.smtp
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
    return Post(config.public_url, mail, _webhook(config))


def _webhook(config: Config) -> Webhook | None:
    webhook = config.webhook
    if webhook is None:
        return None
    # A server on this machine needs no listing: whoever wrote the setting knows where it leads.
    here = tuple(host for host in LOOPBACK if host == urlsplit(webhook.url).hostname)
    return Webhook(webhook.url, webhook.secret, (*config.private_hosts, *here))
