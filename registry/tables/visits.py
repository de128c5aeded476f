"""Who may look at the pages: links that open one visit each, and visits."""

from datetime import datetime

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
