"""Batches, chains and AuthZEN, as OpenAPI describes them.

They are answered before any router, from memory (app/lookup): nothing here runs when one is asked. Only this
room knows how they are described; a test asks every example and compares the answers with what it says.
"""

from app.api.authzen.describing import DESCRIBED, Described, describe_hot_path

__all__ = [
    "DESCRIBED",
    "Described",
    "describe_hot_path",
]
