"""The product's settings, typed, read from the environment once, by `create_app`."""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent
DEMO_SECRETS = "demo.json"
"""A data folder that holds this file is a demo: it has secrets of its own and nothing real in it."""

MAX_BODY_BYTES = 2 * 1024 * 1024
"""The longest request body, in bytes: a page of text is far below, an attack far above."""


class ConfigError(Exception):
    """A setting is missing or cannot be used. The message is one sentence that says what to do."""


LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Smtp:
    """The mail server that reminders are handed to.

    Attributes:
        encrypted: TLS from the first byte on (`smtps://`); otherwise STARTTLS.
        in_clear: it may do without encryption: it stands on this machine, or is one of `private_hosts`.
        name: to sign in with; None to do without.
        sender: INBOX_MAIL_FROM.
    """

    host: str
    port: int
    encrypted: bool
    in_clear: bool
    name: str | None
    password: str | None
    sender: str


@dataclass(frozen=True, slots=True)
class ReminderWebhook:
    """The address that reminders are posted to, and the secret that signs them."""

    url: str
    secret: str


@dataclass(frozen=True, slots=True)
class Config:
    """The settings.

    Attributes:
        data_dir: where SQLite, the job file and the demo network live (INBOX_DATA_DIR, default `instance/`).
        database_url: SQLAlchemy address the application uses (INBOX_DATABASE_URL, default SQLite in `data_dir`).
        migration_database_url: the owner's address on PostgreSQL (INBOX_MIGRATION_DATABASE_URL).
        secret_key: signs cookies and jobs (INBOX_SECRET_KEY); None until `require_secret_key`.
        token_keys: AES-256 keys for account tokens, 32 bytes each, the first one encrypts (INBOX_TOKEN_KEYS).
        private_hosts: hosts and networks that may be reached although private (INBOX_ALLOW_PRIVATE_HOSTS).
        demo: this data folder is a demo.
        allow_owner: it may serve and work as the owner of its tables on PostgreSQL (INBOX_ALLOW_OWNER=1).
        anchors: where the worker writes the signed head of the trail every hour (INBOX_ANCHORS, default
            `anchors.jsonl` in `data_dir`; better a place on another machine).
        trusted_proxies: how many proxies of ours stand in front and name the visitor's address
            (INBOX_TRUSTED_PROXIES, default 0: what a visitor claims is not believed).
        smtp: where reminders by e-mail are handed over (INBOX_SMTP_URL, INBOX_MAIL_FROM); None for none.
        webhook: where reminders are posted to (INBOX_REMINDER_WEBHOOK, INBOX_REMINDER_SECRET); None for none.
        public_url: where members reach the product, without a slash at the end (INBOX_PUBLIC_URL); empty for unknown.
    """

    data_dir: Path
    database_url: str
    migration_database_url: str | None
    secret_key: str | None
    token_keys: tuple[bytes, ...]
    private_hosts: tuple[str, ...]
    demo: bool
    allow_owner: bool = False
    trusted_proxies: int = 0
    anchors: Path | None = None
    smtp: Smtp | None = None
    webhook: ReminderWebhook | None = None
    public_url: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Config:
        """Read the settings.

        Raises:
            ConfigError: a value cannot be used.
        """
        env = os.environ if environ is None else environ
        data_dir = Path(env.get("INBOX_DATA_DIR") or ROOT / "instance").resolve()
        demo_secrets = _read_demo_secrets(data_dir / DEMO_SECRETS)
        database_url = env.get("INBOX_DATABASE_URL") or f"sqlite:///{data_dir / 'inbox.sqlite'}"
        owner_url = env.get("INBOX_MIGRATION_DATABASE_URL")
        secret_key = env.get("INBOX_SECRET_KEY") or demo_secrets.get("secret_key")
        if secret_key is not None and len(secret_key) < 16:
            raise ConfigError("INBOX_SECRET_KEY is too short: give it at least 16 characters that nobody can guess.")
        proxies = env.get("INBOX_TRUSTED_PROXIES") or "0"
        if not proxies.isascii() or not proxies.isdigit():
            raise ConfigError("INBOX_TRUSTED_PROXIES is not a number: give how many proxies stand in front, mostly 1.")
        private_hosts = tuple(part for part in env.get("INBOX_ALLOW_PRIVATE_HOSTS", "").split(",") if part)
        public_url = _public_url(env.get("INBOX_PUBLIC_URL", ""))
        smtp, webhook = _smtp(env, private_hosts), _webhook(env, private_hosts)
        if (smtp or webhook) and not public_url:
            raise ConfigError(
                "INBOX_PUBLIC_URL is not set, and reminders lead there: give the address at which members open the"
                " pages, for example https://inbox.example.org."
            )
        return cls(
            data_dir=data_dir,
            database_url=_with_psycopg(database_url),
            migration_database_url=_with_psycopg(owner_url) if owner_url else None,
            secret_key=secret_key,
            token_keys=_token_keys(env.get("INBOX_TOKEN_KEYS") or demo_secrets.get("token_keys", "")),
            private_hosts=private_hosts,
            demo=bool(demo_secrets),
            allow_owner=env.get("INBOX_ALLOW_OWNER") == "1",
            trusted_proxies=int(proxies),
            anchors=Path(env["INBOX_ANCHORS"]) if env.get("INBOX_ANCHORS") else None,
            smtp=smtp,
            webhook=webhook,
            public_url=public_url,
        )

    def require_secret_key(self) -> str:
        """The secret key.

        Raises:
            ConfigError: it is not set, and this is no demo.
        """
        if self.secret_key is None:
            raise ConfigError(
                "INBOX_SECRET_KEY is not set: set it to a long random text, for example the output of"
                ' `python -c "import secrets; print(secrets.token_urlsafe(32))"`, and start again.'
            )
        return self.secret_key

    def require_token_keys(self) -> tuple[bytes, ...]:
        """The keys for account tokens, at least one.

        Raises:
            ConfigError: none is set, and this is no demo.
        """
        if not self.token_keys:
            raise ConfigError(
                "INBOX_TOKEN_KEYS is not set, and account tokens are only stored encrypted: set it to the output of"
                ' `python -c "import secrets; print(secrets.token_hex(32))"` and keep that value safe.'
            )
        return self.token_keys

    @property
    def anchors_file(self) -> Path:
        """The file of anchors, whether it is there yet or not."""
        return self.anchors or self.data_dir / "anchors.jsonl"

    @property
    def on_sqlite(self) -> bool:
        """Whether the database is SQLite."""
        return self.database_url.startswith("sqlite")


def _with_psycopg(url: str) -> str:
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _smtp(env: Mapping[str, str], private_hosts: Collection[str]) -> Smtp | None:
    address = env.get("INBOX_SMTP_URL")
    if not address:
        return None
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in {"smtp", "smtps"} or not host or parts.path not in {"", "/"} or parts.query:
        # The address is not repeated: it may hold a password.
        raise ConfigError(
            "INBOX_SMTP_URL cannot be used: write it as smtp://name:password@mail.example.org:587 (STARTTLS) or as"
            " smtps://name:password@mail.example.org:465, with special characters of the password as %XX."
        )
    sender = env.get("INBOX_MAIL_FROM", "")
    written = parseaddr(sender)[1]
    if not sender.isprintable() or written.count("@") != 1 or not all(written.split("@")) or not written.isascii():
        raise ConfigError(
            "INBOX_MAIL_FROM is not set or is no e-mail address: give what reminders come from, for example Crisis"
            " inbox <inbox@example.org>."
        )
    return Smtp(
        host=host,
        port=port or (465 if parts.scheme == "smtps" else 587),
        encrypted=parts.scheme == "smtps",
        in_clear=host in LOOPBACK or host in private_hosts,
        name=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        sender=sender,
    )


def _webhook(env: Mapping[str, str], private_hosts: Collection[str]) -> ReminderWebhook | None:
    address = env.get("INBOX_REMINDER_WEBHOOK")
    if not address:
        return None
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    near = host in LOOPBACK or host in private_hosts
    if not host or parts.scheme not in ({"https", "http"} if near else {"https"}) or parts.username is not None:
        raise ConfigError(
            "INBOX_REMINDER_WEBHOOK cannot be used: give an address that begins with https:// and holds no password."
        )
    secret = env.get("INBOX_REMINDER_SECRET", "")
    if len(secret) < 16:
        raise ConfigError(
            "INBOX_REMINDER_SECRET is not set or too short: give at least 16 characters that nobody can guess; the"
            " webhook checks with them that a reminder comes from here."
        )
    return ReminderWebhook(address, secret)


def _public_url(text: str) -> str:
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    beyond = parts.query or parts.fragment or parts.username is not None or not text.isprintable() or " " in text
    if parts.scheme not in {"https", "http"} or not host or beyond:
        raise ConfigError(
            "INBOX_PUBLIC_URL cannot be used: give the address at which members open the pages, for example"
            " https://inbox.example.org."
        )
    return text.rstrip("/")


def _token_keys(text: str) -> tuple[bytes, ...]:
    keys = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            key = bytes.fromhex(part) if len(part) == 64 else base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        except (ValueError, binascii.Error):
            key = b""
        if len(key) != 32:
            raise ConfigError("INBOX_TOKEN_KEYS holds a key that is not 32 bytes in hexadecimal or base64: replace it.")
        keys.append(key)
    return tuple(keys)


def _read_demo_secrets(path: Path) -> dict[str, str]:
    try:
        secrets = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: take it away and run `inbox demo` again.") from error
    return {str(key): str(value) for key, value in secrets.items()}
