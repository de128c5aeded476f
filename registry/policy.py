"""Policies by name or path: where they stand, whether they can be used, and which version they are.

The form of the file is known to policy_form.py; this module is the door.
"""

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from pathlib import Path

from registry.closed import ClosedError, read_closed
from registry.model import ChangeRules, Obligation, Policy, Requirement, Trigger
from registry.policy_form import policy_from

POLICIES = Path(__file__).parent / "policies"
MAX_BYTES = 1024 * 1024

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_VERSION_LENGTH = 12


class PolicyError(ClosedError):
    """A policy that cannot be used: file, line, key, and what to do about it."""


def load_policy(name_or_path: str) -> Policy:
    """Read a shipped policy by its name (`default`), or a policy file by its path.

    Raises `PolicyError` for a file that is missing, unreadable or not a policy.
    """
    path = _locate(name_or_path)
    return parse_policy(_read(path), str(path))


def policy_text(name_or_path: str) -> tuple[str, str]:
    """The text of a policy file, and the file's name as errors show it; raises `PolicyError`."""
    path = _locate(name_or_path)
    return _read(path), str(path)


def parse_policy(text: str, file: str) -> Policy:
    """Read a policy from the text of its file; `file` is the name that errors show. Raises `PolicyError`."""
    try:
        policy = policy_from(read_closed(text, file))
    except ClosedError as error:
        raise PolicyError(error.file, error.line, error.path, error.message) from None
    return replace(policy, version=policy_version(policy))


def shipped_policies() -> tuple[str, ...]:
    """Names of the policies that come along."""
    return tuple(sorted(path.stem for path in POLICIES.glob("*.yaml")))


def _locate(name_or_path: str) -> Path:
    if not _NAME.fullmatch(name_or_path):
        return Path(name_or_path)
    if name_or_path not in shipped_policies():
        shipped = ", ".join(shipped_policies())
        message = f"no policy of this name comes along; use one of {shipped}, or the path of a .yaml file"
        raise PolicyError(name_or_path, 1, (), message)
    return POLICIES / f"{name_or_path}.yaml"


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        advice = "give the path of a policy file that can be read"
        raise PolicyError(str(path), 1, (), f"cannot be opened ({error}); {advice}") from None
    if len(body) > MAX_BYTES:
        raise PolicyError(str(path), 1, (), f"is larger than {MAX_BYTES:,} bytes; is it a policy?")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise PolicyError(str(path), line, (), "is not UTF-8; save it as UTF-8") from None


def policy_version(policy: Policy) -> str:
    """Digest of what a policy says; comments, layout and the order of sets make no difference."""
    content: dict[str, object] = {
        "id": policy.id,
        "title": policy.title,
        "contact": policy.contact,
        "evidence_max_age_days": policy.evidence_max_age_days,
        "principles": [[principle.id, principle.title] for principle in policy.principles],
        "context": _plain(policy.context),
        "requirements": [_requirement_content(one) for one in policy.requirements],
        "triggers": [_trigger_content(one) for one in policy.triggers],
        "approvals": asdict(policy.approvals),
        "open_fields": policy.open_fields,
    }
    if policy.changes != ChangeRules():
        # Unsaid, it leaves policies that were adopted before it could be said the version they had.
        content["changes"] = {**asdict(policy.changes), "flags": sorted(policy.changes.flags)}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:_VERSION_LENGTH]


def _requirement_content(one: Requirement) -> dict[str, object]:
    return {
        "id": one.id,
        "principle": one.principle,
        "family": one.family,
        "accepts": sorted(one.accepts),
        "max_days": one.max_days,
        "conditions": {answer: _obligation_content(duty) for answer, duty in one.conditions.items()},
        "otherwise": dict(one.otherwise),
        "remedy": one.remedy,
        "tolerances": {field: dict(days) for field, days in one.tolerances.items()},
    }


def _obligation_content(one: Obligation) -> list[object]:
    return [one.text, one.attested_by, one.evidence, one.renew_after_days, one.before_use]


def _trigger_content(one: Trigger) -> dict[str, object]:
    return {
        "id": one.id,
        "principle": one.principle,
        "field": one.field,
        "values": sorted(one.values),
        "unsure": one.unsure,
        "severity": one.severity,
        "unless": _plain(one.unless),
        "reason": one.reason,
        "remedy": one.remedy,
        "attach": list(one.attach),
        "contact": one.contact,
        "obligation": None if one.obligation is None else _obligation_content(one.obligation),
    }


def _plain(values: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    return {name: sorted(known) for name, known in values.items()}
