"""Rules that say what is kept out of the record."""

import pytest

from app.recording.masks import MaskError, Masks, masks_from


def test_a_rule_for_what_no_question_has_is_refused() -> None:
    with pytest.raises(
        MaskError, match="'usecase' is nothing that look-ups say; known are subject, use_case"
    ):
        masks_from(["subject", "usecase"], [], ["use_case"], b"")


def test_a_hash_needs_the_key_to_be_found_again() -> None:
    one, other = Masks(key=b"one"), Masks(key=b"other")
    assert one.hash("kim") == one.hash("kim") != other.hash("kim")


def test_dropping_goes_before_hashing() -> None:
    rules = masks_from(["subject"], ["subject"], [], b"key")
    assert rules.subject("user:kim") is None
