"""The hot path: an immutable in-memory index and the front that answers from it."""
