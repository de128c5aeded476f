"""From claims to what somebody may do here. Pure. What the claims do not say clearly gives nothing."""

from collections.abc import Mapping
from typing import Any, Final

from app.openid.model import Grants
from registry.model import Role
from registry.persons import Vouched

_LONGEST: Final = 200
_OVERAGE: Final = "_claim_names"
"""Here a provider names the claims that it left out because they are too long (OpenID Connect 5.6.2)."""


def vouched(claims: Mapping[str, Any], grants: Grants) -> Vouched:
    """Somebody, from believed claims."""
    mail = _text(claims.get("email"))
    groups = _texts(_found(claims, grants.groups_claim))
    role = next((role for role in reversed(Role) if groups & grants.roles.get(role, frozenset())), None)
    refusal = _refusal(claims, grants, mail, role)
    called = (_text(_found(claims, grants.name_claim)), mail, _text(claims.get("name")))
    return Vouched(
        issuer=claims["iss"],
        subject=claims["sub"],
        called=tuple(name for name in called if name),
        mail=mail or None,
        role=None if refusal else role,
        refusal=refusal,
    )


def _refusal(claims: Mapping[str, Any], grants: Grants, mail: str, role: Role | None) -> str:
    if grants.mail_domains:
        if mail.rpartition("@")[2].lower() not in grants.mail_domains:
            return "their mail address is of no domain that may sign in"
        if claims.get("email_verified") not in (True, "true"):
            return "the provider does not say that their mail address was verified (email_verified)"
    if role is not None:
        return ""
    if grants.groups_claim in _keys(claims.get(_OVERAGE)):
        return f"the provider left out their groups because there are too many ({grants.groups_claim})"
    if _found(claims, grants.groups_claim) is None:
        return f"the provider sent no claim {grants.groups_claim!r}"
    return "none of their groups gives a role"


def _found(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name, or by the way to it through objects: `realm_access.roles`."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for step in name.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _texts(value: Any) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset({value})
    return frozenset(one for one in value if isinstance(one, str)) if isinstance(value, list) else frozenset()


def _text(value: Any) -> str:
    return value.strip()[:_LONGEST] if isinstance(value, str) and value.isprintable() else ""


def _keys(value: Any) -> frozenset[str]:
    return frozenset(value) if isinstance(value, Mapping) else frozenset()
