"""The next index is made from the last: it comes to the same as one built anew, and the last one stays."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from app.lookup.index import IndexEditor, IndexRows, LookupIndex, ToolAlias, build_index, empty_index
from app.lookup.ordered import Ordered
from app.lookup.packing import flatten, restore
from app.lookup.shards import Shards
from app.lookup.store import Store
from registry.model import AliasKind, Standing, Status
from tests.app.lookup_rows import NOW, POLICY, ROWS, index, standing

TOOLS = ("acme/painter", "acme/scribe", "bolt/scribe", "bolt/coder")
Change = tuple[str, tuple[Standing, ...], tuple[ToolAlias, ...]]


@st.composite
def changes(draw: st.DrawFn) -> Change:
    tool = draw(st.sampled_from(TOOLS))
    plans = draw(st.lists(st.sampled_from(["free", "team", "api"]), unique=True, max_size=2))
    statuses = st.sampled_from([Status.APPROVED, Status.SUSPENDED, Status.LISTED])
    aliases = st.builds(
        ToolAlias,
        tool=st.just(tool),
        kind=st.sampled_from(AliasKind),
        value=st.sampled_from(["shared.example", "Own.example", "brush-*", "brush", "pkg:npm/%40bolt/coder"]),
    )
    return (
        tool,
        tuple(standing(f"{tool}@{plan}", draw(statuses)) for plan in plans),
        tuple(draw(st.lists(aliases, max_size=3))),
    )


def contents(index: LookupIndex) -> Mapping[str, object]:
    """All that can be found in an index."""
    return {
        "standings": {one.plan: replace(one, evidence=tuple(one.evidence)) for one in index.standings()},
        "order": {tool: index.find(tool, "no such plan") for tool in index.records},
        "names": dict(index.names.items()),
        "prefixes": dict(index.prefixes.items()),
        "approved": list(index.approved_after("")),
        "keys": dict(index.keys),
    }


@given(st.lists(st.lists(changes(), max_size=4), max_size=6))
def test_changes_come_to_the_same_as_building_anew(rounds: list[list[Change]]) -> None:
    made = empty_index(POLICY)
    standings: dict[str, tuple[Standing, ...]] = {}
    aliases: dict[str, tuple[ToolAlias, ...]] = {}
    for number, changed in enumerate(rounds):
        editor = IndexEditor(made)
        for tool, plans, names in changed:
            editor.put(tool, plans, names)
            standings[tool], aliases[tool] = plans, names
        before = contents(made)
        after = editor.done(number, ROWS.keys)
        assert contents(made) == before
        made = after
        rows = IndexRows(number, sum(standings.values(), ()), sum(aliases.values(), ()), ROWS.keys)
        assert contents(made) == contents(build_index(rows, POLICY))


PLAIN = NOW.replace(tzinfo=None)
times = st.datetimes(PLAIN.replace(year=1990), PLAIN.replace(year=2200), timezones=st.just(UTC))


@settings(max_examples=50)
@given(st.data())
def test_a_standing_is_restored_with_every_field(data: st.DataObject) -> None:
    st.register_type_strategy(datetime, times)
    wild = data.draw(st.from_type(Standing))
    given_one = replace(wild, tool="acme/scribe", plan="acme/scribe@team", evidence=tuple(wild.evidence))
    store = Store()
    plain = flatten(given_one, store, None)
    store.spool.flush()
    restored = restore("acme/scribe", plain, store)
    assert replace(restored, evidence=tuple(restored.evidence)) == given_one


def test_quotes_that_stand_are_not_kept_twice() -> None:
    one = standing("acme/scribe@team")
    editor = IndexEditor(index())
    editor.put("acme/scribe", [replace(one, suspended_because="a test", status=Status.SUSPENDED)], ())
    after = editor.done(8, ())
    place = after.store.spool.add(b"next")
    assert place == index().store.spool.add(b"next")


def test_an_unchanged_tool_shares_everything() -> None:
    before = index()
    editor = IndexEditor(before)
    editor.put(
        "acme/painter",
        [standing("acme/painter@api")],
        [one for one in ROWS.aliases if one.tool == "acme/painter"],
    )
    after = editor.done(8, ROWS.keys)
    assert after.records.get("acme/painter") is before.records.get("acme/painter")
    assert after.revision == 8


@given(
    st.lists(st.tuples(st.booleans(), st.text(alphabet="abc", max_size=3)), max_size=60),
    st.text(alphabet="abc"),
)
def test_shards_and_ordered_names_hold_what_a_dictionary_would(
    steps: list[tuple[bool, str]], name: str
) -> None:
    shards: Shards[int] = Shards()
    ordered, known = Ordered(), {}
    for number, (add, key) in enumerate(steps):
        editor = shards.edit()
        if add:
            editor.put(key, number)
            known[key] = number
        else:
            editor.drop(key)
            known.pop(key, None)
        shards = editor.done()
        ordered = ordered.changed(add={key} if add else set(), drop=set() if add else {key})
    assert dict(shards.items()) == known
    assert len(shards) == len(known)
    assert list(ordered) == sorted(known)
    assert list(ordered.since(name)) == sorted(one for one in known if one >= name)


def test_long_orders_are_parted_and_stay_in_order() -> None:
    names = [f"{at:05}" for at in range(5000)]
    ordered = Ordered().changed(add=set(names[::2]), drop=set()).changed(add=set(names), drop={"00007"})
    assert list(ordered) == [name for name in names if name != "00007"]
    assert list(ordered.since("00007"))[:2] == ["00008", "00009"]
    assert list(ordered.changed(add=set(), drop=set(names))) == []
