"""What commands on one plan have in common: finding it by its name, and the policy it is judged by."""

from app.cli.door import House, refuse
from app.db import Session
from registry.adoptions import policy_in_force
from registry.model import Policy
from registry.policy import load_policy
from registry.store import find_plan, find_tool, plans_of
from registry.tables import PlanRow


def plan_named(session: Session, name: str) -> PlanRow:
    """The plan called `vendor/tool@plan`; exits with 2 and names those that there are."""
    slug, at, plan = name.rpartition("@")
    tool = find_tool(session, slug if at else name)
    if tool is None:
        refuse(f"no tool {slug or name!r} in the registry; write vendor/tool@plan")
    row = find_plan(session, tool.id, plan) if at else None
    if row is None:
        known = ", ".join(f"{tool.slug}@{one.slug}" for one in plans_of(session, tool.id))
        refuse(f"{name!r} is no plan; {tool.slug} has: {known}")
    return row


def policy_of(house: House, session: Session) -> Policy:
    """The policy in force."""
    return policy_in_force(session, load_policy(house.settings.policy))
