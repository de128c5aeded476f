"""A clause's digest, under the name that this room knows it by: without spaCy it is had from above."""

from extractors.digest import clause_digest

__all__ = ["clause_digest"]
