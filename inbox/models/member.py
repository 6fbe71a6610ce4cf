"""Members of staff, their roles, and the sessions in which they are signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, false, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inbox.models.base import Base, BigId, Code, Id
from inbox.permissions import Role


class Member(Base):
    """A person of staff. Nobody is taken out: somebody who leaves is deactivated."""

    __tablename__ = "members"

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """In lower case."""
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(255))
    """Argon2id, in the encoded form that names its own parameters."""
    language: Mapped[str] = mapped_column(String(8), default="en")
    """Empty until they choose: then the browser's wish is followed."""
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]
    supervised_until: Mapped[datetime | None]
    """Until when every reply of this member waits for a supervisor."""
    reminded_by_email: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    undo_seconds: Mapped[int | None]
    """How long their replies count down before they leave, as they chose it; None for what is usual."""
    tour_step: Mapped[str | None] = mapped_column(String(40))
    """The step of the tour that they are at; None while they are not on it."""
    tour_left_at: Mapped[datetime | None]
    """When they came to its end or wanted none; until then it is offered."""
    advised: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    """Whether a sentence of advice stands where they decide something."""
    blurs_hostile: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Whether hostile comments are covered for them until they ask for the words."""

    grants: Mapped[list[MemberRole]] = relationship(back_populates="member", lazy="selectin")

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held at present."""
        return frozenset(grant.role for grant in self.grants if grant.ended_at is None)


class MemberRole(Base):
    """That a member has, or had, a role."""

    __tablename__ = "member_roles"
    __table_args__ = (
        Index(
            "uq_member_roles_present",
            "member_id",
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    role: Mapped[Role] = mapped_column(Code(Role))
    granted_at: Mapped[datetime]
    granted_by: Mapped[str] = mapped_column(String(60))
    """`Actor.name` of who gave it."""
    ended_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship(back_populates="grants")


class MemberSession(Base):
    """A signed-in browser. The cookie holds a random token, this row only its SHA-256."""

    __tablename__ = "member_sessions"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(255))

    member: Mapped[Member] = relationship(lazy="joined")


class SignInAttempt(Base):
    """One try to sign in, kept to slow down guessing per e-mail address and per network address."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index(None, "email", "at"), Index(None, "address", "at"))

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(String(254))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    succeeded: Mapped[bool]
