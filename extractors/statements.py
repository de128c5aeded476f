"""What one document states of each core family, for customer content.

Within a document, clauses about customer content beat clauses about data in general, then the statement that
is more permissive to the vendor wins. A promise makes a safe answer only when it speaks of content, of all of
it, and holds for every customer without asking; a permission counts whatever content it speaks of.
docs/LABELS.md defines the answers.
"""

from collections.abc import Iterable
from dataclasses import replace

from extractors.model import Clause, DataKind, Family, Party
from extractors.retention import keeps_without_end, retention_statement
from extractors.reuse import reuse_statement, widens
from extractors.training import training_statement
from extractors.weighing import ALLOWING, SAFE, Statement, about_content
from extractors.wording import concerns_the_account

__all__ = ["SAFE", "Statement", "permissions", "state"]


def state(family: Family, clauses: Iterable[Clause], *, processing: bool = False) -> Statement:
    """Return what these clauses of one document state of a core family.

    `processing`: the document governs data processed for the customer, so that its personal data is content,
    and so is what it leaves unnamed.
    """
    relevant = _relevant(clauses, processing=processing)
    own = [clause for clause in relevant if clause.family is family]
    if family is Family.RETENTION:
        return retention_statement(own, processing=processing)
    training = [clause for clause in relevant if clause.family is Family.TRAINING]
    reuse = [clause for clause in relevant if clause.family is Family.REUSE]
    if family is Family.TRAINING:
        return training_statement(training, reuse)
    return reuse_statement(reuse, training_statement(training, ()))


def permissions(family: Family, clauses: Iterable[Clause], *, processing: bool = False) -> list[Clause]:
    """Return the clauses that let the vendor do with content what no safe answer to this family allows."""
    content = about_content(_relevant(clauses, processing=processing))
    return [clause for clause in content if _permits(family, clause)]


def _permits(family: Family, clause: Clause) -> bool:
    if family is Family.RETENTION:
        return clause.family is family and keeps_without_end(clause)
    if clause.family is Family.TRAINING:
        return clause.stance in ALLOWING
    return clause.family is family and widens(clause)


def _relevant(clauses: Iterable[Clause], *, processing: bool) -> list[Clause]:
    return [
        replace(clause, data=(DataKind.CONTENT, *clause.data))
        if processing and _names_processed_data(clause)
        else clause
        for clause in clauses
        if clause.party is not Party.CUSTOMER
    ]


def _names_processed_data(clause: Clause) -> bool:
    """Whether its data is what is processed for the customer, and not the customer's own account."""
    return (
        DataKind.CONTENT not in clause.data
        and (DataKind.PERSONAL in clause.data or not clause.data)
        and not concerns_the_account(clause)
    )
