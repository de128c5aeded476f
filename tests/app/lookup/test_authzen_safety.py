"""No question in the standard's form is allowed what the same look-up in the address is not, and none breaks.

Each yes is asked again as `GET /v1/tools/{tool}/approval`, from fields that are gathered here in another way.
"""

import json
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.lookup.answer import answer_lookup
from app.lookup.authzen import authzen_endpoints
from app.lookup.authzen.discovery import Published
from app.lookup.exchange import Question
from tests.app.lookup.gate import (
    ASKED,
    EVALUATION,
    EVALUATIONS,
    PAINTER,
    SCRIBE,
    decided,
    in_minutes,
    index_of,
)
from tests.app.lookup_rows import HARMLESS, NOW, POLICY, ROWS

INDEX = index_of(
    *ROWS.standings[:3],
    decided("bolt/scribe@team", expires_at=in_minutes(-1)),
    ROWS.standings[4],
)
THOROUGH = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ANSWERERS = {one.path.decode(): one.answer for one in authzen_endpoints(Published(""))}

odd = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)


def mostly(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 19).flatmap(lambda at: usual if at else odd)


def fields(most: int) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the policy's fields, with values that it knows, and now and then others."""
    return st.fixed_dictionaries(
        {},
        optional={
            name: mostly(st.sampled_from([*sorted(known), HARMLESS[name], "else"]))
            for name, known in list(POLICY.context.items())[:most]
        },
    )


entire = st.just(dict(HARMLESS))
contexts = mostly(entire | st.builds(lambda some: {**HARMLESS, **some}, fields(3)) | fields(99))
plans = st.sampled_from(["team", "free", "api", "solo", "none"])
properties = st.builds(
    lambda plan, some: {**plan, **some},
    st.just({}) | st.builds(lambda plan: {"plan": plan}, plans),
    st.just({}) | fields(2),
)
names = st.sampled_from(
    ["acme/scribe", "acme/scribe@team", "scribe.acme.co.uk", "acme/painter", "bolt/scribe", "x"]
)
resources = mostly(
    st.sampled_from([SCRIBE, SCRIBE, PAINTER])
    | st.fixed_dictionaries(
        {"type": mostly(st.just("tool"))}, optional={"id": mostly(names), "properties": mostly(properties)}
    )
)
actions = mostly(
    st.fixed_dictionaries(
        {"name": mostly(st.just("use"))}, optional={"properties": mostly(st.just({}) | fields(2))}
    )
)
subjects = mostly(st.just(ASKED["subject"]))
items = st.fixed_dictionaries(
    {}, optional={"subject": subjects, "action": actions, "resource": resources, "context": contexts}
)
questions = st.builds(lambda item: {**ASKED, **item}, items) | items
batches = st.builds(
    lambda default, some, options: {**default, "evaluations": some, **options},
    questions,
    mostly(st.lists(mostly(items), max_size=4)),
    st.just({})
    | st.builds(
        lambda one: {"options": {"evaluations_semantic": one}},
        st.sampled_from(["execute_all", "deny_on_first_deny", "permit_on_first_permit"]),
    ),
)


def answered(path: str, asked: Any) -> tuple[int, Any]:
    question = Question("test", "gateway", path.encode(), b"", json.dumps(asked).encode(), NOW)
    reply = ANSWERERS[path](INDEX, question, NOW)
    return reply.status, json.loads(reply.content(question.id))


def allowed_by_address(asked: dict[str, Any]) -> bool:
    """Whether the same work on the same tool is allowed to who asks in the address."""
    resource, action = asked["resource"], asked["action"]
    told: dict[str, str] = {}
    for source in (asked.get("context"), action.get("properties"), resource.get("properties")):
        told |= {
            name: one for name, one in (source or {}).items() if name in POLICY.context and one is not None
        }
    plan = (resource.get("properties") or {}).get("plan")
    query = [*told.items(), *([("plan", plan)] if plan is not None else [])]
    status, _, body = answer_lookup(INDEX, resource["id"], query, NOW)
    return status == 200 and json.loads(body)["decision"] is True


def merged(defaults: dict[str, Any], item: Any) -> dict[str, Any]:
    """An item as the standard reads it: its own parts before the defaults, lacking identifiers from there."""
    whole: dict[str, Any] = {}
    for part in ("subject", "action", "resource", "context"):
        own, default = item.get(part), defaults.get(part)
        whole[part] = default if own is None else own
        if isinstance(own, dict) and isinstance(default, dict) and part != "context":
            whole[part] = {name: default[name] for name in ("type", "id", "name") if name in default} | own
    return whole


@THOROUGH
@given(questions)
@example(ASKED)
@example({**ASKED, "action": {"name": "use", "properties": {"data_class": "sensitive"}}})
def test_a_yes_to_one_question_is_a_yes_in_the_address(asked: dict[str, Any]) -> None:
    status, answer = answered(EVALUATION, asked)
    assert status in {200, 400}
    if status == 200 and answer["decision"] is not False:
        assert answer["decision"] is True
        assert allowed_by_address(asked)
        assert answer["context"]["plan"] in {"acme/scribe@team", "acme/painter@api"}


@THOROUGH
@given(batches)
@example({**ASKED, "evaluations": [{}, {"context": {}}, {"resource": {"id": "acme/scribe@team"}}, 7]})
def test_a_yes_in_a_batch_is_a_yes_in_the_address(asked: dict[str, Any]) -> None:
    status, answer = answered(EVALUATIONS, asked)
    assert status in {200, 400}
    if status == 400:
        return
    sent = asked["evaluations"] or [asked]
    given_back = answer.get("evaluations", [answer])
    assert len(given_back) <= len(sent)
    for item, one in zip(sent, given_back, strict=False):
        assert type(one["decision"]) is bool
        if one["decision"]:
            assert allowed_by_address(merged(asked, item))


@THOROUGH
@given(
    st.sampled_from(sorted(path for path in ANSWERERS if path.startswith("/access"))), odd | items | batches
)
def test_whatever_is_asked_is_answered_or_refused_and_never_breaks(path: str, asked: Any) -> None:
    status, answer = answered(path, asked)
    assert status in {200, 400}
    assert answer.get("decision", False) in {True, False}


@THOROUGH
@given(contexts)
@example(dict(HARMLESS))
def test_what_a_search_finds_an_evaluation_permits(context: Any) -> None:
    asked = {**ASKED, "context": context, "resource": {"type": "tool"}}
    status, answer = answered("/access/v1/search/resource", asked)
    for found in answer["results"] if status == 200 else ():
        assert answered(EVALUATION, {**ASKED, "context": context, "resource": found})[1]["decision"] is True
