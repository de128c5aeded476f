"""What a search of a tool's site came to, sorted by what is left to do about each page. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from registry.discoveries import found_in
from registry.proposals import Found, Proposal
from registry.tables import DiscoveryRow


@dataclass(frozen=True, slots=True)
class Searched:
    """A search, and the pages that it proposes."""

    row: DiscoveryRow
    found: Found | None
    """`None` while it has not ended well."""
    left: tuple[Proposal, ...]
    """Those that nobody has said anything about."""
    tracked: tuple[Proposal, ...]
    passed_over: tuple[Proposal, ...]


def searched(row: DiscoveryRow, addresses: Collection[str]) -> Searched:
    """A search, beside the addresses that the tool's sources stand at now."""
    found = found_in(row)
    proposals = () if found is None else found.proposals
    tracked = tuple(one for one in proposals if one.tracked or one.url in addresses)
    passed_over = tuple(one for one in proposals if one.passed_over_by and one not in tracked)
    left = tuple(one for one in proposals if one not in tracked and one not in passed_over)
    return Searched(row, found, left, tracked, passed_over)
