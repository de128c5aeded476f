"""How an obligation is told: what must hold, who attests it, with which evidence, for how long."""

from registry.model import Obligation


def obligation_told(one: Obligation) -> str:
    """An obligation in one or two sentences, as answers and assessments show it."""
    if one.renew_after_days is None:
        lasting = "for as long as the approval lasts"
    else:
        lasting = f"anew every {one.renew_after_days} days"
    return f"{one.text} Attested by {one.attested_by}, {lasting}; evidence: {one.evidence}."
