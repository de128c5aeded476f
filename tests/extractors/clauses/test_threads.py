"""A worker reads several documents at once, in threads."""

from concurrent.futures import ThreadPoolExecutor

from extractors.clauses import ClauseReader
from extractors.model import Document
from extractors.ruleset import load_ruleset

THREADS = 4
DOCUMENTS = 24


def document(number: int) -> Document:
    words = " ".join(f"w{number}x{at}" for at in range(300))
    kept = f"We keep prompts for {number + 2} days ({words})."
    text = f"# Terms\n\n{kept}\n\nWe may train our models on your inputs.\n"
    return Document(text=text, digest=f"{number:064x}", title=None, language="en", warnings=())


def test_reading_in_threads_finds_what_reading_in_turn_finds() -> None:
    ruleset = load_ruleset()
    documents = [document(number) for number in range(DOCUMENTS)]
    in_turn = [ClauseReader(ruleset).read(one) for one in documents]
    reader = ClauseReader(ruleset)
    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(reader.read, [*documents, *documents])) == in_turn * 2
