"""The record of look-ups, as administrators read it."""

from registry.lookups import Entries, Told, keep_answers, keep_lookups
from registry.model import Role
from tests.app.api.office import Office

NAME = "0641a2b3c4d5e60000000f2a1b2c3d4e"


def keep(office: Office, *names: str) -> None:
    answer = {
        "decision": False,
        "status": "pending",
        "tool": "acme/painter",
        "plan": "acme/painter@team",
        "revision": 7,
        "policy": "p1",
    }
    with office.sessions() as session:
        told = Told({"tool": "acme/painter", "plan": None, "context": {}}, answer)
        (number,) = keep_answers(session, [told])
        keep_lookups(session, [Entries(names, "gateway", "user:kim", number)])


def test_an_answer_is_found_by_its_name(office: Office) -> None:
    keep(office, NAME)
    (found,) = office.ask("GET", f"/v1/lookups/{NAME}", Role.ADMIN).json()
    assert (found["id"], found["caller"], found["subject"]) == (NAME, "gateway", "user:kim")
    assert found["asked"]["tool"] == "acme/painter"
    assert found["answer"]["status"] == "pending"


def test_a_request_with_several_questions_is_found_as_a_whole_and_in_order(office: Office) -> None:
    keep(office, *(f"{NAME}-{at}" for at in range(11)))
    found = office.ask("GET", f"/v1/lookups/{NAME}", Role.ADMIN).json()
    assert [one["id"] for one in found] == [f"{NAME}-{at}" for at in range(11)]


def test_an_answer_that_is_not_on_record_is_told_so(office: Office) -> None:
    answer = office.ask("GET", f"/v1/lookups/{NAME}", Role.ADMIN)
    assert answer.status_code == 404
    assert "may be too old" in answer.json()["detail"]


def test_a_long_list_is_walked_page_by_page(office: Office) -> None:
    names = [f"{NAME[:-1]}{at}" for at in range(5)]
    keep(office, *names)
    first = office.ask("GET", "/v1/lookups?limit=3", Role.ADMIN).json()
    rest = office.ask("GET", f"/v1/lookups?limit=3&before={first['next']}", Role.ADMIN).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == names[::-1]
    assert rest["next"] is None


def test_the_list_is_narrowed_by_what_is_asked(office: Office) -> None:
    keep(office, NAME)
    for query, found in {
        "tool=acme/painter": 1,
        "tool=acme/painter@team&decision=false": 1,
        "decision=true": 0,
        "caller=another": 0,
        "subject=user:kim": 1,
        "since=2025-10-21T00:00:00Z": 1,
        "until=2020-01-01T00:00:00Z": 0,
    }.items():
        items = office.ask("GET", f"/v1/lookups?{query}", Role.ADMIN).json()["items"]
        assert len(items) == found, query
