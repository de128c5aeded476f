"""Label files: where their text may stand, and what is no label file."""

import json
from pathlib import Path

import pytest

from extractors.labels import LabelError, corpus_digest, load_labels, of_vendors
from extractors.model import Answer, Audience, Family, TermsType

TEXT = "We keep it. We train on it."
CONTENT: dict[str, object] = {
    "id": "Acme_AI__Privacy_Policy",
    "content": TEXT,
    "segments": [[0, 11], [12, 27]],
    "labels": [{"seg": 0, "family": "retention", "stance": "open_ended"}],
    "facts": {"all": {"training": "permitted", "training_segs": [1], "retention": "open_ended"}},
}


def write(folder: Path, **changes: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    content = {key: value for key, value in (CONTENT | changes).items() if value is not None}
    (folder / "Acme_AI__Privacy_Policy.json").write_text(json.dumps(content))
    return folder


def test_a_text_may_stand_in_the_file(tmp_path: Path) -> None:
    (one,) = load_labels(write(tmp_path))
    assert (one.text, one.vendor, one.terms_type) == (TEXT, "Acme AI", TermsType.PRIVACY_POLICY)


def test_a_text_may_stand_beside_the_file_under_its_name(tmp_path: Path) -> None:
    (tmp_path / "Acme_AI__Privacy_Policy.md").write_text(TEXT)
    (one,) = load_labels(write(tmp_path, content=None))
    assert one.text == TEXT


def test_a_text_may_be_named_relative_to_a_folder_above(tmp_path: Path) -> None:
    (tmp_path / "Acme.md").write_text(TEXT)
    (one,) = load_labels(write(tmp_path / "labels" / "terms", content=None, text="Acme.md"))
    assert one.text == TEXT


def test_a_text_may_be_named_relative_to_a_folder_of_texts(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "Acme.md").write_text(TEXT)
    folder = write(tmp_path / "labels", content=None, text="Acme.md")
    (one,) = load_labels(folder, tmp_path / "texts")
    assert one.text == TEXT


def test_offsets_count_characters_of_the_file_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "Acme.md").write_bytes(b"We keep it.\r\nWe train on it.")
    (one,) = load_labels(write(tmp_path, content=None, text="Acme.md"))
    assert len(one.text) == 28


def test_facts_are_told_by_audience_and_family_and_the_unsure_are_left_out(tmp_path: Path) -> None:
    row = {"training": "opt_out", "reuse": "broad", "reuse_sure": False}
    (one,) = load_labels(write(tmp_path, facts={"business": row}))
    assert [(fact.audience, fact.family, fact.answer) for fact in one.facts] == [
        (Audience.BUSINESS, Family.TRAINING, Answer.OPT_OUT)
    ]


def labelled(**fields: object) -> dict[str, object]:
    return {"labels": [{"seg": 0, "family": "training", "stance": "permits"} | fields]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (labelled(seg=2), r"labels\[0\].seg: must be a number from 0 to 1"),
        (labelled(seg=True), r"labels\[0\].seg"),
        (labelled(family="trainig"), r"labels\[0\].family: 'trainig' is none of training"),
        (labelled(stance="allows"), r"labels\[0\].stance: 'allows' is none of"),
        (labelled(period_days="30"), r"labels\[0\].period_days: must be a number"),
        ({"labels": {}}, "labels: must be a list"),
        ({"segments": [[0, 28]]}, r"segments.\[0\]: must be a number from 0 to 27"),
        ({"segments": [[5, 5]]}, r"segments.\[0\]: must not be empty"),
        ({"facts": {"schools": {}}}, "facts.schools: 'schools' is none of all"),
        ({"facts": {"all": {"training": "improve"}}}, "facts.all.training: improve is none of"),
        ({"content": None}, "text: there is no Acme_AI__Privacy_Policy.md; name the folder"),
        ({"content": None, "text": "/etc/hostname"}, "text: must be relative"),
        ({"content": 7}, "content: must be text"),
    ],
)
def test_what_cannot_be_scored_is_refused_with_file_and_key(
    changes: dict[str, object], message: str, tmp_path: Path
) -> None:
    with pytest.raises(LabelError, match=rf"Acme_AI__Privacy_Policy.json: {message}"):
        load_labels(write(tmp_path, **changes))


def test_a_file_that_is_not_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(LabelError, match=r"a\.json: not a label file"):
        load_labels(tmp_path)


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    (tmp_path / "floors.json").write_text("{}")
    with pytest.raises(LabelError, match="holds no label files"):
        load_labels(tmp_path)


def test_the_digest_of_a_corpus_follows_its_texts_and_labels(tmp_path: Path) -> None:
    digests = [
        corpus_digest(load_labels(write(tmp_path / name, **changes)))
        for name, changes in (
            ("same", {}),
            ("text", {"content": TEXT.replace("keep", "hold")}),
            ("label", labelled()),
        )
    ]
    assert len(set(digests)) == 3


def test_where_a_text_stands_makes_no_other_corpus(tmp_path: Path) -> None:
    inside = load_labels(write(tmp_path / "inside"))
    (tmp_path / "Acme.md").write_text(TEXT)
    outside = load_labels(write(tmp_path / "outside", content=None, text="Acme.md"))
    assert corpus_digest(inside) == corpus_digest(outside)


@pytest.mark.parametrize("name", ["Acme AI", "acme_ai", "ACME  AI"])
def test_vendors_are_named_as_people_write_them(name: str, tmp_path: Path) -> None:
    documents = load_labels(write(tmp_path))
    assert of_vendors(documents, [name]) == documents


def test_a_vendor_with_a_longer_name_is_another(tmp_path: Path) -> None:
    assert of_vendors(load_labels(write(tmp_path)), ["Acme"]) == ()
