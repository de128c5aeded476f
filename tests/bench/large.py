"""A registry as one grows in years, made in seconds: 10,000 tools, 100,000 documents, a million events.

SQLite counts and makes the rows itself. They are plain and alike but hang together as real ones do: every
plan has judgements, most have a decision, and what waits for people is a small part of all. No source is due
and no pass waits, so that nothing is fetched from it. Nothing is measured here.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Engine

from tests.bench.around import around
from tests.bench.sizes import SIZES, ago

_TERMS: Final = "'We keep what you send us for 30 days. We do not train on it. ' || hex(randomblob(400))"


def fill(engine: Engine) -> None:
    """Fill an empty SQLite registry whose schema is there."""
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for table, columns, rows in _tables():
            connection.exec_driver_sql(_insert(table, columns, rows))


def _insert(table: str, columns: Mapping[str, str], rows: int) -> str:
    """The statement that makes rows; each column is an expression in `n`, which counts from 1."""
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(columns.values())
    numbers = f"WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < {rows})"
    return f"INSERT INTO {table} ({names}) {numbers} SELECT {values} FROM count"


def _one_of(*words: str, by: str = "n") -> str:
    cases = " ".join(f"WHEN {at} THEN '{word}'" for at, word in enumerate(words))
    return f"CASE ({by}) % {len(words)} {cases} END"


def _tables() -> Iterator[tuple[str, Mapping[str, str], int]]:
    yield from _catalogue()
    yield from _evidence()
    yield from _judgements()
    yield from _decisions()
    yield from _working()
    yield from around()


def _catalogue() -> Iterator[tuple[str, Mapping[str, str], int]]:
    tools, plans = SIZES["tools"], SIZES["plans"]
    yield "vendors", {"id": "n", "slug": "'vendor-' || n", "name": "'Vendor No. ' || n"}, SIZES["vendors"]
    yield (
        "tools",
        {
            "id": "n",
            "vendor_id": f"n % {SIZES['vendors']} + 1",
            "slug": f"'vendor-' || (n % {SIZES['vendors']} + 1) || '/tool-' || n",
            "name": "'Tool No. ' || n",
            "submitted_by": "'person-' || (n % 40)",
            "created_at": ago("600000 - n * 30"),
        },
        tools,
    )
    yield (
        "plans",
        {
            "id": "n",
            "tool_id": f"n % {tools} + 1",
            "slug": f"'plan-' || (n / {tools})",
            "name": f"'Plan ' || (n / {tools})",
            "audience": _one_of("consumer", "business", "api"),
            "status": _one_of(
                *("approved",) * 12, *("listed",) * 3, "in_review", "in_review", "submitted", "rejected",
                "suspended", by="n * 7",
            ),
        },
        plans,
    )  # fmt: skip
    yield (
        "aliases",
        {
            "tool_id": f"n % {tools} + 1",
            "kind": _one_of("host", "package"),
            "value": "'alias-' || n || '.example'",
        },
        2 * tools,
    )
    yield (
        "sources",
        {
            "id": "n",
            "tool_id": f"n % {tools} + 1",
            "slug": f"'terms-' || (n / {tools})",
            "terms_type": _one_of("Terms of Service", "Privacy Policy", "Data Processor Agreement"),
            "urls": "'[\"https://vendor.example/' || n || '\"]'",
            "select": "'[]'",
            "remove": "'[]'",
            "active": "1",
            "failures": "CASE WHEN n % 200 = 0 THEN 4 ELSE 0 END",
            "failing_since": f"CASE WHEN n % 200 = 0 THEN {ago('n')} END",
        },
        SIZES["sources"],
    )
    yield "governs", {"source_id": "n", "plan_id": "n"}, plans


def _evidence() -> Iterator[tuple[str, Mapping[str, str], int]]:
    documents = SIZES["documents"]
    source, at = f"n % {SIZES['sources']} + 1", ago(f"({documents} - n) * 4")
    sha = "printf('%064x', n)"
    yield "snapshots", {"sha256": sha, "size": "64", "body": "randomblob(64)"}, documents
    yield (
        "captures",
        {
            "id": "n", "source_id": source, "url": f"'https://vendor.example/' || ({source})", "at": at,
            "snapshot": sha, "unchanged": "0", "http_status": "200",
            "media_type": "'text/html'", "headers": "'[]'",
        },
        documents,
    )  # fmt: skip
    yield (
        "documents",
        {
            "id": "n", "source_id": source, "digest": sha, "text": _TERMS, "title": "'Terms'",
            "language": "'en'", "warnings": "'[]'", "snapshots": f"'[\"' || {sha} || '\"]'", "read_at": at,
        },
        documents,
    )  # fmt: skip
    sighting = {"id": "n", "source_id": source, "pass_key": "'pass-' || n", "document_id": "n", "at": at}
    yield "sightings", sighting, documents
    yield "readings", {"id": "n", "document_id": "n", "ruleset": "'rules-1'", "read_at": at}, documents
    yield (
        "clauses",
        {
            "id": "n", "reading_id": "(n + 1) / 2", "digest": "printf('%064x', n)",
            "family": _one_of("training", "retention"), "stance": _one_of("prohibits", "bounded"),
            "party": "'vendor'", "data": "'[\"content\"]'", "audience": "'all'",
            "start": "CASE n % 2 WHEN 0 THEN 38 ELSE 0 END", "end": "CASE n % 2 WHEN 0 THEN 60 ELSE 37 END",
            "quote": _one_of("We do not train on it.", "We keep what you send us for 30 days."),
            "heading": "''", "rule": "'rule'", "modifiers": "'[]'",
        },
        2 * documents,
    )  # fmt: skip


def _judgements() -> Iterator[tuple[str, Mapping[str, str], int]]:
    plans, rows = SIZES["plans"], SIZES["assessments"]
    yield (
        "assessments",
        {
            "id": "n", "plan_id": f"(n - 1) % {plans} + 1", "pass_key": "'pass-' || n", "digest": "'d' || n",
            "recommendation": _one_of("approve", "conditions", "escalate", "reject"), "violations": "'[]'",
            "policy": "'policy-1'", "ruleset": "'rules-1'",
            "cause": f"CASE WHEN n <= {plans} THEN 'first' ELSE 'terms' END",
            "made_at": ago(f"({rows} - n) * 5"),
        },
        rows,
    )  # fmt: skip
    answers = {
        "training": _one_of("prohibited", "opt_in", "opt_out", "permitted", "silent"),
        "retention": _one_of("bounded", "user_control", "open_ended", "silent", "none", "conflicting"),
        "reuse": _one_of("service_only", "improve", "broad", "unread"),
    }
    for family, answer in answers.items():
        yield (
            "facts",
            {
                "assessment_id": "n", "family": f"'{family}'", "answer": answer, "clause_ids": "'[]'",
                "overruled_ids": "'[]'", "searched": "'[]'", "missing": "'[]'",
            },
            rows,
        )  # fmt: skip
    side_by_side = {"plan_id": "n", "assessment_id": f"n + {rows - plans}", "gravity": "(n * 31) % 49"}
    yield "plan_facts", side_by_side | answers, plans
    yield (
        "flags",
        {
            "plan_id": f"n % {plans} + 1", "family": _one_of("training", "retention", "reuse"),
            "direction": _one_of("worse", "better", "mixed", "unclear"),
            "cause": _one_of("terms", "terms", "rules"),
            "before_answer": "'prohibited'", "after_answer": "'permitted'", "before_quotes": "'[]'",
            "after_quotes": "'[]'", "before_assessment_id": "n", "after_assessment_id": f"n + {plans}",
            "opened_at": ago("n * 26"), "closed_at": f"CASE WHEN n > 300 THEN {ago('n * 25')} END",
        },
        20_000,
    )  # fmt: skip


def _decisions() -> Iterator[tuple[str, Mapping[str, str], int]]:
    yield (
        "decisions",
        {
            "id": "n", "public_id": "'dec_' || n", "plan_id": f"n % {SIZES['plans']} + 1",
            "assessment_id": "n",
            "verdict": "'approve'", "scope": "'{}'", "conditions": "'[]'", "clauses": "'[]'",
            "reason": "'Never trains.'", "decided_by": "'person-' || (n % 40)", "decided_at": ago("n * 10"),
            "expires_at": ago("(n % 400 - 380) * 1440"),
        },
        50_000,
    )  # fmt: skip
    yield (
        "requests",
        {
            "public_id": "'req_' || n", "plan_id": f"n * 7 % {SIZES['plans']} + 1", "kind": "'approval'",
            "clock": _one_of("routine", "routine", "emergency"), "reason": "'For the next film.'",
            "requested_by": "'person-' || (n % 40)", "requested_at": ago("n * 45"),
            "closed_at": f"CASE WHEN n > 200 THEN {ago('n * 40')} END",
        },
        10_000,
    )  # fmt: skip


def _working() -> Iterator[tuple[str, Mapping[str, str], int]]:
    yield (
        "vettings",
        {
            "key": "'pass-' || n", "tool_id": f"n % {SIZES['tools']} + 1",
            "kind": "'recrawl'", "state": "'done'",
            "step": "'done'", "done": "2", "total": "2", "queued_at": ago("n * 5"),
            "finished_at": ago("n * 5"),
        },
        SIZES["documents"],
    )  # fmt: skip
    yield (
        "audit_events",
        {
            "id": "n",
            "at": ago(f"({SIZES['audit_events']} - n) / 2"),
            "actor": "CASE WHEN n % 10 = 0 THEN 'person-' || (n % 400 / 10) ELSE 'termgate' END",
            "action": _one_of(
                "assess", "assess", "assess", "assess", "assess", "approve", "suspend", "request"
            ),
            "subject": f"'vendor-' || (n % {SIZES['vendors']} + 1) || '/tool-' || (n % {SIZES['tools']})",
            "detail": '\'{"reason": "as the terms say"}\'',
        },
        SIZES["audit_events"],
    )
    yield (
        "api_keys",
        {"name": "'key-' || n", "role": "'lookup'", "sha256": "'k' || n", "created_at": ago("n * 600")},
        200,
    )
