"""Who may look at the pages: links that open one visit each, people of an identity provider, and visits."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.tables.columns import UtcDateTime


class SignInRow(SQLModel, table=True):
    """A link that opens one visit, as the hash of its secret."""

    __tablename__ = "sign_ins"
    id: int = Field(default=None, primary_key=True)
    sha256: str = Field(unique=True)
    name: str
    """Of the person, as the audit log will have it."""
    role: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class VisitRow(SQLModel, table=True):
    """A person at the pages, from signing in until signing out, as the hash of the cookie's secret."""

    __tablename__ = "visits"
    id: int = Field(default=None, primary_key=True)
    sha256: str = Field(unique=True)
    name: str = Field(index=True)
    role: str
    began_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    id_token: str | None = None
    """What the provider asks for to end its own session; null for a link's visit, and once it is over."""


class PersonRow(SQLModel, table=True):
    """Somebody for whom an identity provider vouched: told apart by issuer and subject, never by mail."""

    __tablename__ = "persons"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)
    id: int = Field(default=None, primary_key=True)
    issuer: str
    subject: str
    name: str = Field(unique=True)
    """As the audit log has it, for good: whatever the provider calls them later."""
    mail: str | None = None
    """As the provider told it last; decides nothing."""
    role: str | None = None
    """What the claims gave at the last sign-in; null: nothing, so that it was refused."""
    made_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    blocked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SpentStateRow(SQLModel, table=True):
    """A sign-in at the provider that has come back: it opens nothing a second time."""

    __tablename__ = "spent_states"
    sha256: str = Field(primary_key=True)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    """From when on its state would be refused as too old."""
