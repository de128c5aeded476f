"""Where a plan stands, by which names a tool goes, and who may do what."""

from enum import StrEnum


class Role(StrEnum):
    """What a key may do; each role may do all that the ones before it may."""

    LOOKUP = "lookup"
    MANAGER = "manager"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    def includes(self, needed: "Role") -> bool:
        """Whether this role may do all that the needed one may."""
        order = tuple(Role)
        return order.index(self) >= order.index(needed)


class Status(StrEnum):
    """Where a plan stands. Moves between them are the table in registry/lifecycle.py."""

    LISTED = "listed"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUSPENDED = "suspended"
    RETIRED = "retired"
    """It counts no longer, and look-ups do not know it: the vendor dropped it, or it was a mistake."""


class AliasKind(StrEnum):
    """Another name that a system sees."""

    HOST = "host"
    PACKAGE = "package"
    MODEL = "model"
    EXTENSION = "extension"
