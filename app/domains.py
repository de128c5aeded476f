"""Host names, the domains above them, and who they belong to. Only this module knows the public suffix list.

The list is the one that comes with the library: nothing is fetched, nothing is kept on disk.
"""

from collections.abc import Iterator
from functools import cache

from tldextract import TLDExtract

from registry.entries import EntryError, VendorEntry
from registry.model import AliasKind


def domains_above(host: str) -> Iterator[str]:
    """Give the domains that a host lies under, the nearest first, up to the one that its owner registered.

    `a.chat.acme.co.uk` gives `chat.acme.co.uk` and `acme.co.uk`, never `co.uk`: what stands above a
    registered domain belongs to somebody else. A name that is no host below a public suffix gives nothing.
    """
    registered = _suffixes()(host).top_domain_under_public_suffix
    # The library also reads addresses, ports and other dots; a name that does not end so is no plain host.
    while registered and host.endswith(f".{registered}"):
        host = host.partition(".")[2]
        yield host


def registered_domain(host: str) -> str:
    """The domain that a host's owner registered; the host itself where there is none, as of an address."""
    host = host.lower().rstrip(".")
    registered = _suffixes()(host).top_domain_under_public_suffix
    return registered if registered and f".{host}".endswith(f".{registered}") else host


def shared_host_problem(kind: AliasKind, value: str) -> str | None:
    """Check another name of a tool for a host that is nobody's alone: `co.uk`, `github.io`."""
    if kind is not AliasKind.HOST:
        return None
    found = _suffixes()(value)
    if found.domain or found.suffix != value:
        return None
    return (
        f"under `{value}` everybody has names of their own, so it is no tool's; write the host that the tool "
        f"answers at, as `vendor.{value}`"
    )


def refuse_shared_hosts(entry: VendorEntry) -> None:
    """Check what people say of a vendor for hosts that are nobody's alone; raises `EntryError`."""
    for at, tool in enumerate(entry.tools):
        hosts = (alias.value for alias in tool.aliases if alias.kind is AliasKind.HOST)
        for number, host in enumerate(hosts):
            problem = shared_host_problem(AliasKind.HOST, host)
            if problem is not None:
                raise EntryError(("tools", at, "aliases", AliasKind.HOST.value, number), problem)


@cache
def _suffixes() -> TLDExtract:
    # Private suffixes count: the pages of two people on one hosting service are two owners.
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
