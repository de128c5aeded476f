"""What has to go before a pass: the re-read that takes a change of rules in, so that each pass has one cause.

Promised first is not walked first: a pass may have waited in the queue when a new version of the program was
started, and a worker of the old one may have taken the re-read, or have looked at half of the sources. So
whoever begins a pass makes sure of it. Only this module knows what a pass that changes hands leaves behind.
"""

from datetime import datetime, timedelta

import structlog

from app.db import Session
from app.judging import catch_up, is_readable
from registry.evidence import find_reading, sightings_of_pass
from registry.glances import is_outdated
from registry.judgements import last_assessment
from registry.model import Policy
from registry.reviews import hold
from registry.store import passes_failed_since, plans_of
from registry.submissions import BEGUN_ANEW, NothingToVetError, PassKind, PassState, request_pass
from registry.tables import ToolRow, VettingRow

REST_AFTER_A_FAULT = timedelta(days=1)
"""A re-read that came to no end would come to none a moment later."""
_BEFORE = ":before"
"""Ends the key of a judgement that only takes in, under its own rules, what was seen before a pass."""

log = structlog.get_logger(__name__)


def reread_before(
    session: Session, vetting: VettingRow, policy: Policy, ruleset: str, now: datetime
) -> str | None:
    """The key of a re-read that is to be walked before this pass goes on; `None` where nothing is in the way.

    What other workers have seen under the rules of the last judgement is judged by those first. A re-read
    that was begun under other rules is closed, and a new one takes its place.
    """
    changed_hands = vetting.state == PassState.RUNNING and _was_read_otherwise(session, vetting, ruleset)
    kind = PassKind(vetting.kind)
    if not changed_hands and not is_outdated(session, vetting.tool_id, ruleset, policy.version):
        return None
    if changed_hands:
        log.warning("pass_changed_hands", key=vetting.key, because="the rules have changed under way")
    _settle(session, vetting, policy, ruleset, now)
    rests = passes_failed_since(session, vetting.tool_id, PassKind.REREAD, now - REST_AFTER_A_FAULT)
    if rests or (kind is PassKind.REREAD and not changed_hands):
        return None
    tool = session.get_one(ToolRow, vetting.tool_id)
    if kind is PassKind.REREAD:
        vetting.state, vetting.step, vetting.finished_at = PassState.DONE, BEGUN_ANEW, now
        session.add(vetting)
        session.flush()
    try:
        return request_pass(session, tool, PassKind.REREAD, now).key
    except NothingToVetError:
        return None


def _was_read_otherwise(session: Session, vetting: VettingRow, ruleset: str) -> bool:
    """Whether a worker with other rules has looked at some of the sources."""
    seen = [row.document_id for row in sightings_of_pass(session, vetting.key)]
    return any(one is not None and find_reading(session, one, ruleset) is None for one in seen)


def _settle(session: Session, vetting: VettingRow, policy: Policy, ruleset: str, now: datetime) -> None:
    """Judge what passes under way have seen by the rules that it was read under: it is the vendor's doing."""
    plans = sorted(plans_of(session, vetting.tool_id), key=lambda plan: plan.id)
    for plan in plans:
        hold(session, plan)
    if all(is_readable(session, plan) for plan in plans):
        for plan in plans:
            catch_up(session, plan, f"{vetting.key}:{ruleset}{_BEFORE}", policy, now)


def is_overtaken(session: Session, vetting: VettingRow, ruleset: str) -> bool:
    """Whether the tool was judged by other rules since this pass was asked for: then it judges no more."""
    newest = (last_assessment(session, plan.id) for plan in plans_of(session, vetting.tool_id))
    return any(
        one.ruleset != ruleset and one.made_at > vetting.queued_at and not one.pass_key.endswith(_BEFORE)
        for one in newest
        if one is not None
    )
