"""Whose a host name is: what lies above it, and which names nobody has alone."""

import pytest

from app.domains import refuse_shared_hosts, registered_domain, shared_host_problem
from extractors.model import Audience, TermsType
from registry.entries import (
    AliasEntry,
    EntryError,
    PlanEntry,
    SourceEntry,
    ToolEntry,
    VendorEntry,
    load_catalogue,
)
from registry.model import AliasKind

HOST = AliasKind.HOST


@pytest.mark.parametrize("host", ["co.uk", "com", "github.io", "vercel.app", "uk", "s3.amazonaws.com"])
def test_a_host_under_which_everybody_has_names_is_no_tools(host: str) -> None:
    problem = shared_host_problem(HOST, host)
    assert problem is not None
    assert f"as `vendor.{host}`" in problem


@pytest.mark.parametrize(
    "host", ["acme.co.uk", "acme.github.io", "painter.internal", "intranet", "x.acme.com"]
)
def test_a_host_that_somebody_has_alone_may_be_a_tools(host: str) -> None:
    assert shared_host_problem(HOST, host) is None


@pytest.mark.parametrize("kind", [kind for kind in AliasKind if kind is not HOST])
def test_other_names_are_no_hosts(kind: AliasKind) -> None:
    assert shared_host_problem(kind, "co.uk") is None


def test_a_shared_host_is_refused_where_it_stands_in_the_entry() -> None:
    with pytest.raises(EntryError, match="everybody has names") as refused:
        refuse_shared_hosts(_acme("brush.example", "github.io"))
    assert refused.value.path == ("tools", 0, "aliases", "host", 1)


def test_the_shipped_catalogue_names_hosts_that_vendors_have_alone() -> None:
    for entry in load_catalogue():
        refuse_shared_hosts(entry)


def test_the_domain_of_a_host_is_what_its_owner_registered() -> None:
    assert [registered_domain(one) for one in ("a.b.co.uk.", "B.GitHub.io", "10.0.0.1")] == [
        "b.co.uk",
        "b.github.io",
        "10.0.0.1",
    ]


def _acme(*hosts: str) -> VendorEntry:
    source = SourceEntry("terms", TermsType.TERMS_OF_SERVICE, ("https://acme.example/t",), (), (), ("solo",))
    names = (AliasEntry(AliasKind.MODEL, "brush-1"), *(AliasEntry(HOST, host) for host in hosts))
    tool = ToolEntry("brush", "Brush", (PlanEntry("solo", "Solo", Audience.BUSINESS),), names, (source,))
    return VendorEntry("acme", "Acme", (tool,))
