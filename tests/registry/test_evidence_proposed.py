"""That a clause is only proposed is not forgotten between a reading and its rows."""

from extractors.model import PROPOSED, Audience, Clause, DataKind, Family, Party, Stance
from registry.evidence import clause_of, clause_row


def clause(rule: str, *, proposed: bool) -> Clause:
    quote = "We may train."
    return Clause(
        Family.TRAINING, Stance.PERMITS, Party.VENDOR, (DataKind.CONTENT,), None, None, Audience.ALL,
        0, len(quote), quote, "", rule, (), "0" * 64, proposed,
    )  # fmt: skip


def test_a_proposal_is_one_still_when_read_from_its_row() -> None:
    proposal = clause(PROPOSED, proposed=True)
    assert clause_of(clause_row(1, proposal)) == proposal


def test_what_a_rule_found_is_no_proposal() -> None:
    found = clause("training.train-models", proposed=False)
    assert clause_of(clause_row(1, found)) == found
