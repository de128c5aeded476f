"""What a decision relies on: a clause's digest, stable while the sentence and its meaning stand."""

import hashlib
import json

from extractors.model import Audience, Family, Stance


def clause_digest(family: Family, stance: Stance | None, audience: Audience, quote: str) -> str:
    """Return the SHA-256 over family, stance, audience and quote with white space folded."""
    words = [family.value, stance.value if stance else None, audience.value, " ".join(quote.split())]
    canonical = json.dumps(words, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return hashlib.sha256(canonical).hexdigest()
