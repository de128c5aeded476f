"""What must hold of any reading, whatever was read: refused with a reason, or read with every offset true."""

import hashlib
from datetime import UTC, datetime
from itertools import pairwise

from extractors.clauses import ClauseReader
from extractors.facts import document_facts
from extractors.model import Audience, Document, Reading, Snapshot, TermsType
from extractors.text import ReadError, read_text


def check_body(reader: ClauseReader, body: bytes, media_type: str) -> Reading | None:
    """Read bytes as they come from a vendor, down to facts; `None` where they are refused.

    Raises AssertionError where something does not hold; any other error is a crash of the reader.
    """
    now = datetime(2026, 1, 1, tzinfo=UTC)
    snapshot = Snapshot(
        body, hashlib.sha256(body).hexdigest(), media_type, "utf-8", "https://example.com/", now
    )
    try:
        document = read_text(snapshot)
    except ReadError as error:
        assert error.detail, "a refusal without a reason"
        return None
    return check_document(reader, document)


def check_document(reader: ClauseReader, document: Document) -> Reading:
    """Read a text down to facts and check what must hold."""
    reading = reader.read(document)
    check_offsets(document.text, reading)
    cited = {
        citation.clause
        for facts in document_facts(reading, TermsType.OTHER).values()
        for fact in facts
        for citation in fact.citations
    }
    assert cited <= set(reading.clauses), "a fact cites a clause that was not read"
    assert set(document_facts(reading, TermsType.OTHER)) == set(Audience)
    return reading


def check_offsets(text: str, reading: Reading) -> None:
    """Every quote stands where its clause says, inside the text, whole, in reading order."""
    for clause in reading.clauses:
        assert 0 <= clause.start < clause.end <= len(text), "a clause outside its text"
        assert text[clause.start : clause.end] == clause.quote, "a quote that does not stand at its offsets"
        assert clause.quote == clause.quote.strip(), "a quote with white space around it"
    for first, second in pairwise(reading.clauses):
        assert first.start <= second.start, "clauses out of reading order"
