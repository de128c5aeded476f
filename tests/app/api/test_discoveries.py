import pytest

from extractors.model import Audience, DocumentKind, Failure, TermsType
from registry.discoveries import finish_discovery
from registry.model import Role
from registry.proposals import Found, Proposal, Reason, Trouble, Whence
from tests.app.api.office import Office

FOUND = Found(
    proposals=(
        Proposal(
            url="https://acme.example/legal/dpa",
            terms_type=TermsType.DATA_PROCESSOR_AGREEMENT,
            kind=DocumentKind.DATA_PROCESSOR_AGREEMENT,
            audience=Audience.BUSINESS,
            plans=("team",),
            reasons=(Reason(Whence.FOOTER, "https://acme.example/", "DPA"),),
            score=0.8,
            title="Data Processing Addendum",
        ),
    ),
    troubles=(Trouble("https://acme.example/tos", Failure.REFUSED, "The site answered 403."),),
    requests=9,
    complete=True,
)


def test_a_search_is_queued_and_read_when_it_is_done(office: Office) -> None:
    office.submit()
    queued: list[str] = []
    office.furnish(enqueue_search=queued.append)
    answer = office.ask("POST", "/v1/discoveries", json={"site": "acme.example", "tool": "acme/painter"})
    assert answer.status_code == 202
    key = answer.json()["key"]
    assert answer.headers["location"] == f"/v1/discoveries/{key}"
    assert queued == [key]
    waiting = office.ask("GET", f"/v1/discoveries/{key}").json()
    assert (waiting["state"], waiting["proposals"], waiting["complete"]) == ("queued", [], None)
    with office.sessions() as session:
        finish_discovery(session, key, FOUND, office.at)
    shown = office.ask("GET", f"/v1/discoveries/{key}").json()
    assert (shown["state"], shown["tool"], shown["requests"], shown["complete"]) == (
        "done",
        "acme/painter",
        9,
        True,
    )
    (proposal,) = shown["proposals"]
    assert proposal["type"] == "Data Processor Agreement"
    assert proposal["reasons"] == [{"whence": "footer", "page": "https://acme.example/", "words": "DPA"}]
    assert shown["troubles"][0]["failure"] == "refused"


def test_a_page_that_is_found_is_passed_over_once(office: Office) -> None:
    key = office.ask("POST", "/v1/discoveries", json={"site": "acme.example"}).json()["key"]
    there, form = f"/v1/discoveries/{key}/passed-over", {"url": FOUND.proposals[0].url}
    assert office.ask("POST", there, json=form).status_code == 404
    with office.sessions() as session:
        finish_discovery(session, key, FOUND, office.at)
    assert office.ask("POST", there, json=form).status_code == 204
    (proposal,) = office.ask("GET", f"/v1/discoveries/{key}").json()["proposals"]
    assert proposal["passed_over_by"] == "manager-key"
    assert office.ask("POST", there, json=form).status_code == 404


def test_a_page_that_was_passed_over_is_put_back_once(office: Office) -> None:
    key = office.ask("POST", "/v1/discoveries", json={"site": "acme.example"}).json()["key"]
    with office.sessions() as session:
        finish_discovery(session, key, FOUND, office.at)
    there, form = f"/v1/discoveries/{key}", {"url": FOUND.proposals[0].url}
    assert office.ask("POST", f"{there}/put-back", json=form).status_code == 404
    office.ask("POST", f"{there}/passed-over", json=form)
    assert office.ask("POST", f"{there}/put-back", json=form).status_code == 204
    (proposal,) = office.ask("GET", there).json()["proposals"]
    assert proposal["passed_over_by"] is None


def test_a_confirmed_proposal_is_put_as_a_source(office: Office) -> None:
    office.submit()
    proposal = FOUND.proposals[0]
    body = {"type": proposal.terms_type, "urls": [proposal.url], "plans": list(proposal.plans)}
    assert office.ask("PUT", "/v1/tools/acme/painter/sources/dpa", json=body).status_code == 201


def test_searches_are_listed(office: Office) -> None:
    office.ask("POST", "/v1/discoveries", json={"site": "https://acme.example/legal"})
    (one,) = office.ask("GET", "/v1/discoveries").json()
    assert (one["site"], one["tool"], one["requested_by"]) == (
        "https://acme.example/legal",
        None,
        "manager-key",
    )


@pytest.mark.parametrize(
    "site", ["acme", "ftp://acme.example", "acme.example:2222", "https://a:b@acme.example"]
)
def test_what_is_no_site_is_refused(office: Office, site: str) -> None:
    answer = office.ask("POST", "/v1/discoveries", json={"site": site})
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/site-refused"


def test_an_unknown_tool_and_an_unknown_search_are_not_found(office: Office) -> None:
    body = {"site": "acme.example", "tool": "acme/nothing"}
    assert office.ask("POST", "/v1/discoveries", json=body).status_code == 404
    assert office.ask("GET", "/v1/discoveries/discovery:nothing").status_code == 404


def test_a_key_that_may_only_look_up_searches_nothing(office: Office) -> None:
    body = {"site": "acme.example"}
    assert office.ask("POST", "/v1/discoveries", role=Role.LOOKUP, json=body).status_code == 403
