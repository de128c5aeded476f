"""One tool in a large registry whose terms are as long as a hostile vendor may make them.

A text of almost 5 MB says in 22,000 sentences, each a clause, that content is used for training, and the
answers of its plans rest on all of them. SQLite makes the rows. Nothing is measured here.
"""

from typing import Final

from sqlalchemy import Connection, Engine

TOOL: Final = 4_321
"""Its number in the registry of tests/bench/large.py."""
CLAUSES: Final = 22_000
_QUOTE: Final = (
    "We may use the content that you submit to the service, and everything that it makes for you, to train"
    " and to improve our models and those of others, for as long as we like and wherever it all comes from."
)
_SENTENCE: Final = f"{_QUOTE}\n\n"

_DOCUMENT: Final = """
INSERT INTO documents (id, source_id, digest, text, title, language, warnings, snapshots, read_at)
SELECT max(documents.id) + 1, (SELECT min(id) FROM sources WHERE tool_id = :tool), :digest, :text,
    'Endless terms', 'en', '[]', '[]', max(documents.read_at) FROM documents
"""
_SIGHTING: Final = """
INSERT INTO sightings (source_id, pass_key, document_id, at)
SELECT source_id, 'endless', id, read_at FROM documents ORDER BY id DESC LIMIT 1
"""
_READING: Final = """
INSERT INTO readings (id, document_id, ruleset, read_at)
SELECT (SELECT max(id) + 1 FROM readings), id, 'rules-1', read_at FROM documents ORDER BY id DESC LIMIT 1
"""
_CLAUSES: Final = """
WITH RECURSIVE count(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM count WHERE n < :last)
INSERT INTO clauses (reading_id, digest, family, stance, party, data, purpose, audience,
    start, "end", quote, heading, rule, modifiers)
SELECT (SELECT max(id) FROM readings), printf('%064x', n), iif(n % 2, 'reuse', 'training'), 'permits',
    'vendor', '["content"]', iif(n % 2, 'improve', NULL), 'all',
    n * :step, n * :step + :length, :quote, '', 'training-use', '[]' FROM count
"""
_FACTS: Final = """
UPDATE facts SET clause_ids = (
    SELECT json_group_array(id) FROM clauses
    WHERE reading_id = (SELECT max(id) FROM readings) AND clauses.family = facts.family
)
WHERE family IN ('training', 'reuse') AND assessment_id IN (
    SELECT max(assessments.id) FROM assessments JOIN plans ON plans.id = assessments.plan_id
    WHERE plans.tool_id = :tool GROUP BY plans.id
)
"""


def fill_vast(engine: Engine) -> None:
    """Give one tool of a SQLite registry that was filled before its endless terms."""
    with engine.begin() as connection:
        text = _SENTENCE * CLAUSES
        _do(connection, _DOCUMENT, {"tool": TOOL, "digest": "f" * 64, "text": text})
        _do(connection, _SIGHTING, {})
        _do(connection, _READING, {})
        sizes: dict[str, str | int] = {
            "last": CLAUSES - 1,
            "step": len(_SENTENCE),
            "length": len(_QUOTE),
            "quote": _QUOTE,
        }
        _do(connection, _CLAUSES, sizes)
        _do(connection, _FACTS, {"tool": TOOL})


def _do(connection: Connection, statement: str, values: dict[str, str | int]) -> None:
    connection.exec_driver_sql(statement, values)
