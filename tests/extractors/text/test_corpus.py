"""Real pages against the same terms cleaned by hand: what a reader loses, and what it adds.

The floors are below what was measured when they were set; a change that needs a lower one loses text.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def _measuring() -> ModuleType:
    """The command beside this file: test folders are no packages, so it is loaded by its path."""
    spec = importlib.util.spec_from_file_location("measure", Path(__file__).with_name("measure.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["measure"] = module
    spec.loader.exec_module(module)
    return module


measure = _measuring()

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not measure.CORPUS.is_dir(), reason=f"NO RECORDED TERMS: {measure.CORPUS} is missing"),
]


@pytest.mark.parametrize(("selected", "least_mean", "least"), [(False, 0.98, 0.84), (True, 0.99, 0.95)])
def test_real_terms_are_read_nearly_whole(*, selected: bool, least_mean: float, least: float) -> None:
    scores = list(measure.scores(measure.CORPUS, selected=selected))
    assert len(scores) >= 30
    assert sum(score.recall for score in scores) / len(scores) >= least_mean
    assert sum(score.shingles for score in scores) / len(scores) >= least_mean - 0.01
    assert sum(score.precision for score in scores) / len(scores) >= 0.95
    assert min((score.recall, score.name) for score in scores) >= (least, "")


def test_every_recorded_page_is_read_as_terms() -> None:
    pages = sorted((measure.CORPUS / "snapshots").glob("*/*.html"))
    assert all(measure.read_text(measure.snapshot(page)).language == "en" for page in pages)
