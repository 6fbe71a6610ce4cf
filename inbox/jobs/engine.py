"""The job engine: Huey, in a file of its own beside SQLite, or in tables that the migrations made on PostgreSQL."""

from __future__ import annotations

from huey import Huey, PostgresHuey, SqliteHuey
from huey.serializer import SignedSerializer
from sqlalchemy import make_url

from config import Config

FILE_NAME = "jobs.sqlite"
"""In the data folder. It holds rings only: without it, the sweep finds what is to be done."""


def engine_of(config: Config) -> Huey:
    """The engine over `config`. Nothing is kept of a job that is done.

    Messages are pickled, so that each carries a signature made with the secret key, and one without it is not read.

    Raises:
        ConfigError: there is no secret key.
    """
    common = {
        "results": False,
        "serializer": SignedSerializer(secret=config.require_secret_key(), salt="inbox.jobs"),
    }
    if config.on_sqlite:
        config.data_dir.mkdir(parents=True, exist_ok=True)
        return SqliteHuey("inbox", filename=str(config.data_dir / FILE_NAME), timeout=30, **common)
    address = make_url(config.database_url).set(drivername="postgresql")
    dsn = address.render_as_string(hide_password=False)
    return PostgresHuey("inbox", dsn=dsn, create_tables=False, **common)
