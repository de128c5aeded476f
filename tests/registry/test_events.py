"""Which audit events are told: an action that is new is told, or named here as one that is not."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from registry.events import EventKind, Noted, event_of
from registry.lifecycle import Move
from registry.model import Verdict
from registry.notices import NoticeAnswer, NoticeKind

ROOT: Final = Path(__file__).parents[2]
AT: Final = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
WITH_WORDS_OF_A_LIST: Final = {
    "registry/notices.py": {
        f"{done}_{kind}" for done in ("open", "close", *NoticeAnswer) for kind in NoticeKind
    },
    "registry/reviews.py": {*Verdict},
}
"""Where an action's name is made of a closed list's words."""
NOT_TOLD: Final = {
    # Told from their rows, with what they are about.
    "request",
    # Nobody waits for it, or its outcome is told: a plan that is assessed waits by a request.
    "submit", "assess", "vet", "discover", "pass_over", "put_back", "attest", "withdraw_request",
    "list_catalogue", "list_declared", "put_source", "retire_source", "put_plan", "put_alias",
    "remove_alias", "upload", "capture", "import_versions", "correct", "withdraw_correction",
    "review_reading",
    # The notice of a source that fails is told.
    "source_failing", "source_recovered",
    *(f"{done}_{kind}" for done in ("close", *NoticeAnswer) for kind in NoticeKind),
    # Whoever is at the pages, and keys: for the log alone.
    "create_key", "revoke_key", "make_sign_in", "sign_in", "sign_out", "end_visits", "refuse_sign_in",
    "add_person", "block_person", "admit_person",
    # Webhooks are not told of webhooks.
    "create_webhook", "rotate_webhook_secret", "switch_webhook_on", "switch_webhook_off", "test_webhook",
    "delete_webhook",
}  # fmt: skip
OF_MOVE: Final = {
    Move.APPROVE: {"approve", "approve_with_conditions"},
    Move.REJECT: {"reject"},
    Move.SUSPEND: {"suspend"},
    Move.REOPEN: {"reopen"},
    Move.RETIRE: {"retire_plan"},
}
"""What is noted where a plan goes to another status by what was decided of it."""
UNHEARD: Final = {Move.SUBMIT, Move.ASSESS}
"""Nothing was decided: who waits asked for it, and that is told."""


def noted_actions() -> set[str]:
    """All actions that any code notes."""
    found: set[str] = set()
    for path in (*(ROOT / "registry").rglob("*.py"), *(ROOT / "app").rglob("*.py")):
        for action in _actions(ast.parse(path.read_text(encoding="utf-8"))):
            place = path.relative_to(ROOT).as_posix()
            words = _words(action)
            assert words or place in WITH_WORDS_OF_A_LIST, f"{place}: {ast.unparse(action)}"
            found |= words or WITH_WORDS_OF_A_LIST[place]
    return found


def _actions(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "note":
            yield node.args[3]


def _words(action: ast.expr) -> set[str]:
    match action:
        case ast.Constant(value=str(word)):
            return {word}
        case ast.IfExp(body=ast.Constant(value=str(one)), orelse=ast.Constant(value=str(other))):
            return {one, other}
        case _:
            return set()


def told_of(action: str) -> EventKind | None:
    detail: dict[str, Any] = {
        "was": "suspended", "decision": "dec_1", "pending": "pen_1", "notice": "notice_1", "source": "terms",
        "version": "b", "before": "a",
    }  # fmt: skip
    event = event_of(Noted(AT, "kim", action, "acme/painter@team", detail))
    return None if event is None else event.kind


def test_each_action_is_told_or_named_as_not_told() -> None:
    actions = noted_actions()
    assert len(actions) > 40
    assert {action for action in actions if told_of(action) is None} == NOT_TOLD


def test_each_move_of_a_plan_by_a_decision_is_told() -> None:
    assert {*OF_MOVE} == {*Move} - UNHEARD
    for actions in OF_MOVE.values():
        assert all(told_of(action) is not None for action in actions)
        assert actions <= noted_actions()


def test_an_approval_after_a_suspension_is_told_as_such() -> None:
    assert told_of("approve") is EventKind.PLAN_RESUMED
