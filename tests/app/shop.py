"""A service and its worker on one registry, and an invented vendor: what corrections are tried on."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from fastapi import FastAPI

from app.api.application import assemble
from app.db import Sessions
from app.fetch.fetcher import fetcher_from
from app.settings import Settings
from app.vetting import run_pass
from app.workshop import Workshop
from extractors.clauses import ClauseReader
from extractors.ruleset import load_ruleset
from registry.model import Role
from registry.store import find_tool
from registry.submissions import PassKind, request_pass
from tests.app.api.office import Office
from tests.app.houses import house_of
from tests.app.vendor_site import VendorSite, vendor_site

SOURCE = "/v1/tools/acme/brush/sources/terms"
PLAN = "/v1/tools/acme/brush/plans/studio"
WORK = {
    "data_class": "internal",
    "use_case": "ideation",
    "output_stage": "temporary",
    "talent_involved": "no",
    "union_work": "no",
    "third_party_ip": "no",
    "personal_data": "no",
    "environment": "enterprise",
}


class Shop:
    """A service and its worker on one registry, as one person uses them."""

    def __init__(self, office: Office, workshop: Workshop, site: VendorSite) -> None:
        self.office, self.workshop, self.site = office, workshop, site

    def submit(self) -> None:
        self.office.submit(
            {
                "vendor": {"slug": "acme", "name": "Acme"},
                "slug": "brush",
                "name": "Brush",
                "plans": [{"slug": "studio", "name": "Studio", "audience": "business"}],
                "sources": [
                    {
                        "slug": "terms",
                        "type": "Terms of Service",
                        "urls": [self.site.url("/terms")],
                        "plans": ["studio"],
                    }
                ],
            }
        )
        run_pass(self.workshop, self.office.tickets[-1].key)

    def look(self, kind: PassKind = PassKind.RECRAWL) -> None:
        run_pass(self.workshop, self.promise(kind))

    def promise(self, kind: PassKind = PassKind.RECRAWL) -> str:
        with self.office.sessions() as session:
            tool = find_tool(session, "acme/brush")
            assert tool is not None
            return request_pass(session, tool, kind, self.workshop.now()).key

    @property
    def document(self) -> str:
        (source,) = self.office.ask("GET", "/v1/tools/acme/brush/sources").json()
        return f"{SOURCE}/documents/{source['document']}"

    @property
    def clauses(self) -> list[Any]:
        return list(self.office.ask("GET", f"{self.document}/clauses").json()["clauses"])

    def clause(self, quote: str, family: str = "training") -> Any:
        return next(one for one in self.clauses if one["quote"] == quote and one["family"] == family)

    def correct(self, status: int = 201, role: Role = Role.REVIEWER, **form: Any) -> Any:
        form = {"reason": "I have read it.", **form}
        answer = self.office.ask("POST", f"{self.document}/corrections", role, json=form)
        assert answer.status_code == status, answer.text
        return answer.json()

    def reject(self, quote: str) -> Any:
        return self.correct(kind="rejected", clause=self.clause(quote)["digest"])

    def withdraw(self, correction: str) -> Any:
        address = f"/v1/corrections/{correction}/withdrawal"
        return self.office.ask("POST", address, Role.REVIEWER, json={"reason": "It was right."})

    def approve(self) -> None:
        read = self.plan["assessment"]["digest"]
        body = self.office.approval(assessment=read)
        answer = self.office.ask("POST", f"{PLAN}/decisions", Role.REVIEWER, json=body)
        assert answer.status_code == 201, answer.text

    @property
    def plan(self) -> Any:
        return self.office.ask("GET", PLAN).json()

    @property
    def answers(self) -> dict[str, str]:
        return {fact["family"]: fact["answer"] for fact in self.plan["assessment"]["facts"]}

    @property
    def cause(self) -> str:
        return str(self.plan["assessment"]["cause"])

    def states(self) -> list[str]:
        return [one["state"] for one in self.office.ask("GET", "/v1/tools/acme/brush/corrections").json()]

    def flags(self) -> list[Any]:
        return list(self.office.ask("GET", "/v1/flags", params={"kind": "change"}).json())

    def looked_up(self, **work: str) -> Any:
        return self.office.ask(
            "GET", "/v1/tools/acme/brush/approval", Role.LOOKUP, params={**WORK, **work, "evidence": "true"}
        ).json()


@contextmanager
def open_shop(sessions: Sessions) -> Iterator[Shop]:
    """A shop on a registry that has its tables."""
    office = Office(_application(), sessions)
    office.furnish(any_port=True)
    with vendor_site() as site, fetcher_from(Settings(allowed_networks=("127.0.0.0/8",))) as fetcher:
        workshop = Workshop(sessions, fetcher, _reader(), office.policy, lambda: office.at)
        yield Shop(office, workshop, site)


@cache
def _reader() -> ClauseReader:
    return ClauseReader(load_ruleset())


@cache
def _application() -> FastAPI:
    return assemble(house_of(is_ready=lambda: False))
