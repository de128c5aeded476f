"""The default policy, entry by entry, against the studio guidance that is recorded beside the project.

The guidance is read there and nowhere else; nothing of it stands here but what each entry is called.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from registry.evaluate import evaluate
from registry.model import EvaluationStatus
from registry.policy import load_policy
from registry.policy_backtest import usual_contexts
from tests.registry.test_evaluate import NOW
from tests.registry.test_policy_space import GOOD, approved

GUIDANCE: Final = Path(__file__).parents[2].parent / "shared" / "design" / "studio-guidance.yaml"
DEFAULT: Final = load_policy("default")
QUIET: Final = {**usual_contexts(DEFAULT)[0], "use_case": "ideation"}

Expected = tuple[Mapping[str, str], str, EvaluationStatus]
"""The work, the rule that speaks of it, and the answer."""

ESCALATE: Final = EvaluationStatus.ESCALATE
OBLIGED: Final = EvaluationStatus.APPROVED_WITH_OBLIGATIONS

TRIGGERS: Final[Mapping[str, Expected]] = {
    "owned_material_as_input": (
        {"data_class": "owned", "environment": "business"},
        "data.owned",
        ESCALATE,
    ),
    "personal_data_as_input": ({"personal_data": "yes"}, "data.personal", ESCALATE),
    "training_or_finetuning_on_third_party_or_talent_material": (
        {"use_case": "model_training"},
        "ip.training",
        ESCALATE,
    ),
    "generating_key_creative_elements": ({"use_case": "key_creative"}, "use.key_creative", ESCALATE),
    "copyrighted_or_estate_controlled_material_or_public_or_deceased_likeness": (
        {"third_party_ip": "yes"},
        "ip.third_party",
        ESCALATE,
    ),
    "synthetic_or_digital_replica": ({"use_case": "talent_replica"}, "talent.replica", ESCALATE),
    "significant_digital_alteration": ({"use_case": "talent_alteration"}, "talent.alteration", ESCALATE),
    "content_mistakable_for_real_events_people_or_statements": (
        {"use_case": "factual_depiction"},
        "use.factual_depiction",
        ESCALATE,
    ),
    "replaces_or_materially_affects_union_roles": ({"union_work": "yes"}, "union.work", ESCALATE),
}
USE_CASES: Final[Mapping[str, tuple[Expected, ...]]] = {
    "ideation_only": (({}, "use.disclosure", OBLIGED),),
    "on_camera_background": (
        ({"use_case": "background"}, "use.background", OBLIGED),
        ({"use_case": "story_background"}, "use.key_creative", ESCALATE),
    ),
    "final_character_or_key_visual": (({"use_case": "key_creative"}, "use.key_creative", ESCALATE),),
    "talent_replication": (({"use_case": "talent_replica"}, "talent.replica", ESCALATE),),
    "unowned_training_data": (({"use_case": "model_training"}, "ip.training", ESCALATE),),
    "proprietary_material": (
        ({"data_class": "owned"}, "data.owned_secured", OBLIGED),
        ({"data_class": "owned", "environment": "business"}, "data.owned", ESCALATE),
    ),
}
ALWAYS: Final[Mapping[str, Expected]] = {
    "final_deliverables": ({"output_stage": "final"}, "output.final", ESCALATE),
    "talent_likeness": ({"talent_involved": "yes"}, "talent.involved", ESCALATE),
    "personal_data": ({"personal_data": "yes"}, "data.personal", ESCALATE),
    "third_party_ip": ({"third_party_ip": "yes"}, "ip.third_party", ESCALATE),
}
SENSITIVE: Final[Mapping[str, Expected]] = {
    "talent_likeness": ({"talent_involved": "yes"}, "talent.involved", ESCALATE),
    "unreleased_footage": ({"data_class": "sensitive"}, "data.sensitive", ESCALATE),
    "contracts": ({"data_class": "sensitive"}, "data.sensitive", ESCALATE),
}
PRINCIPLES: Final = {
    "P1_no_unowned_ip": "unowned_work",
    "P2_no_store_reuse_train": "no_reuse",
    "P3_enterprise_secured": "secured",
    "P4_temporary_not_final": "temporary",
    "P5_no_talent_or_union_replacement": "people",
}


@pytest.fixture(scope="module")
def guidance() -> Any:
    if not GUIDANCE.exists():
        pytest.skip("NO RECORDED GUIDANCE beside the project: the default policy was not held against it")
    return yaml.safe_load(GUIDANCE.read_text("utf-8"))


def holds(expected: Expected) -> bool:
    work, rule, status = expected
    answer = evaluate(approved(GOOD), {**QUIET, **work}, DEFAULT, NOW)
    return answer.status is status and rule in {one.rule for one in answer.reasons}


@pytest.mark.corpus
def test_every_principle_is_stated_and_has_rules(guidance: Any) -> None:
    assert [one["id"] for one in guidance["principles"]] == list(PRINCIPLES)
    assert [one.id for one in DEFAULT.principles] == list(PRINCIPLES.values())
    ruled = {one.principle for one in DEFAULT.requirements} | {one.principle for one in DEFAULT.triggers}
    assert ruled == set(PRINCIPLES.values())


@pytest.mark.corpus
def test_every_trigger_escalates(guidance: Any) -> None:
    listed = [entry["trigger"] for group in guidance["always_escalate"].values() for entry in group]
    assert len(listed) == len(TRIGGERS)
    for name in listed:
        (expected,) = [one for known, one in TRIGGERS.items() if name.endswith(known)]
        assert holds(expected), name


@pytest.mark.corpus
def test_every_use_case_of_the_matrix_has_its_answer(guidance: Any) -> None:
    assert [one["use_case"] for one in guidance["use_case_matrix"]] == list(USE_CASES)
    for name, expectations in USE_CASES.items():
        assert all(map(holds, expectations)), name


@pytest.mark.corpus
def test_what_always_needs_a_written_approval_escalates(guidance: Any) -> None:
    listed = guidance["guidance"]["always_written_approval_if_output_or_input_includes"]
    assert listed == list(ALWAYS)
    for name, expected in ALWAYS.items():
        assert holds(expected), name


@pytest.mark.corpus
def test_sensitive_material_escalates_also_under_an_enterprise_agreement(guidance: Any) -> None:
    listed = guidance["confidentiality"]["enterprise_agreement_tools"]["still_escalate_for"]
    assert listed == list(SENSITIVE)
    for name, expected in SENSITIVE.items():
        assert holds(expected), name


@pytest.mark.corpus
def test_outside_an_enterprise_agreement_tool_plug_in_and_workflow_must_not_train(guidance: Any) -> None:
    assert "plugin AND workflow" in guidance["confidentiality"]["non_enterprise_tools"]["require"]
    assert holds(({"environment": "business"}, "environment.business", OBLIGED))
    assert holds(({"environment": "personal"}, "environment.personal", ESCALATE))
    (business,) = [one for one in DEFAULT.triggers if one.id == "environment.business"]
    assert business.obligation is not None
    assert all(word in business.obligation.text for word in ("tool", "plug-in", "workflow", "negotiated"))


@pytest.mark.corpus
def test_consent_exemptions_and_the_use_of_models_are_obligations(guidance: Any) -> None:
    assert guidance["talent_enhancement"]["model_usage"][0] == "only_for_that_production"
    assert holds(({"use_case": "talent_as_agreed"}, "talent.as_agreed", OBLIGED))
    for use_case in ("talent_replica", "model_training"):
        assert holds(({"use_case": use_case}, "ip.model_use", ESCALATE))
    assert holds(({"use_case": "customary_post"}, "use.disclosure", OBLIGED))
    assert holds(({"environment": "contractor"}, "environment.contractor", OBLIGED))


@pytest.mark.corpus
def test_no_sentence_and_no_name_of_the_guidance_is_shipped(guidance: Any) -> None:
    owner = str(guidance["guidance"]["id"]).partition("-")[0]
    folder = Path(__file__).parents[2] / "registry" / "policies"
    for path in folder.rglob("*.yaml"):
        assert owner not in path.read_text("utf-8").lower(), path.name
