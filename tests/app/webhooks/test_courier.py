"""The courier: signed calls, each message carried once, and none held up by another's slow receiver."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
import time_machine
from standardwebhooks import Webhook, WebhookVerificationError
from structlog.testing import capture_logs

from app.fetch.model import FetchError
from app.fetch.posting import Posted
from app.webhooks.courier import Courier, answer_of
from app.webhooks.signing import SigningKey
from extractors.model import Failure
from registry.deliveries import LEASE
from registry.model import Verdict
from registry.webhooks import find_webhook, rotate_secret
from tests.registry.hooked import START, Scene

KEY = SigningKey(b"a key of nobody")


@dataclass
class Receivers:
    """Takes whatever is sent and keeps it; `answer` says what comes of it."""

    answer: Callable[[str], Posted] = lambda _url: Posted(204, None)
    calls: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
        self.calls.append((url, headers, body))
        return self.answer(url)

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for _, headers, _ in self.calls]


@pytest.fixture
def receivers() -> Receivers:
    return Receivers()


@pytest.fixture
def courier(scene: Scene, receivers: Receivers) -> Courier:
    return Courier(
        scene.sessions,
        scene.sessions,
        receivers,
        KEY,
        "https://termgate.company.example/ui",
        lambda: scene.at,
        lambda: 0.0,
    )


def listen(scene: Scene, url: str = "https://gateway.company.example/hook") -> str:
    return scene.listen(url=url, secrets=KEY.secret_of)


@time_machine.travel(START, tick=False)
def test_a_suspension_arrives_signed_with_a_link(
    scene: Scene, receivers: Receivers, courier: Courier
) -> None:
    scene.decide(Verdict.APPROVE)
    name = listen(scene)
    scene.suspend()
    assert courier.carry(1) == 1
    ((url, headers, body),) = receivers.calls
    told = Webhook(KEY.secret_of(name, 1)).verify(body, dict(headers))
    assert url == "https://gateway.company.example/hook"
    assert (told["type"], told["timestamp"]) == ("plan.suspended", "2027-03-01T09:00:00Z")
    assert told["data"]["link"] == "https://termgate.company.example/ui/tools/acme/brush"
    assert (told["data"]["status_before"], told["data"]["status"]) == ("approved", "suspended")
    assert headers["content-type"] == "application/json"


@time_machine.travel(START, tick=False)
def test_for_a_day_after_a_rotation_both_secrets_verify(
    scene: Scene, receivers: Receivers, courier: Courier
) -> None:
    name = listen(scene)
    with scene.sessions() as session:
        rotate_secret(session, find_webhook(session, name), KEY.secret_of, "ada", scene.at)
    scene.decide(Verdict.APPROVE)
    courier.carry(1)
    _, headers, body = receivers.calls[0]
    for number in (1, 2):
        Webhook(KEY.secret_of(name, number)).verify(body, dict(headers))
    scene.at += timedelta(hours=24)
    scene.suspend()
    courier.carry(1)
    _, headers, body = receivers.calls[1]
    with time_machine.travel(scene.at, tick=False), pytest.raises(WebhookVerificationError):
        Webhook(KEY.secret_of(name, 1)).verify(body, dict(headers))


def test_what_is_sent_again_is_the_same_under_the_same_name(
    scene: Scene, receivers: Receivers, courier: Courier
) -> None:
    listen(scene)
    scene.decide(Verdict.APPROVE)
    receivers.answer = lambda _url: Posted(503, None)
    courier.carry(1)
    scene.at += timedelta(seconds=4)
    assert courier.carry(1) == 0
    scene.at += timedelta(seconds=1)
    courier.carry(1)
    (_, first, body), (_, second, again) = receivers.calls
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    assert first["webhook-timestamp"] != second["webhook-timestamp"]


def test_a_failure_is_told_and_ends_the_run(scene: Scene, receivers: Receivers, courier: Courier) -> None:
    listen(scene)
    scene.decide(Verdict.APPROVE)
    scene.suspend()

    def refuse(url: str) -> Posted:
        raise FetchError(Failure.ADDRESS_REFUSED, "It leads to 127.0.0.1, which is not fetched from.", url)

    receivers.answer = refuse
    assert courier.carry(1) == 1
    first, second = scene.messages()
    assert first.told is not None
    assert (first.told[:23], first.http_status, second.tries) == ("It leads to 127.0.0.1, ", None, 0)


def test_a_worker_with_another_key_sends_nothing_and_says_why(
    scene: Scene, receivers: Receivers, courier: Courier
) -> None:
    listen(scene)
    scene.decide(Verdict.APPROVE)
    replace(courier, key=SigningKey(b"another")).carry(1)
    assert receivers.calls == []
    assert "TERMGATE_WEBHOOKS_SECRET" in (scene.messages()[0].told or "")


@pytest.mark.parametrize(
    ("status", "taken", "gone"),
    [(200, True, False), (204, True, False), (302, False, False), (410, False, True), (500, False, False)],
)
def test_what_an_answer_means(status: int, taken: bool, gone: bool) -> None:
    answer = answer_of(Posted(status, None))
    assert (answer.taken, answer.gone, answer.http_status) == (taken, gone, status)
    assert (answer.told is None) == taken


def test_two_workers_send_nothing_twice(scene: Scene, receivers: Receivers, courier: Courier) -> None:
    listen(scene)
    scene.decide(Verdict.APPROVE)
    for _ in range(10):
        scene.suspend()
        scene.decide(Verdict.APPROVE)
    begin = threading.Barrier(4)

    def carry() -> int:
        begin.wait(5)
        return courier.carry(1)

    with ThreadPoolExecutor(4) as workers:
        sent = [call.result() for call in [workers.submit(carry) for _ in range(4)]]
    assert sum(sent) == len(receivers.calls) == 21
    assert Counter(receivers.ids).most_common(1)[0][1] == 1
    assert {row.state for row in scene.messages()} == {"delivered"}


def test_a_slow_receiver_holds_up_no_other(scene: Scene, receivers: Receivers, courier: Courier) -> None:
    listen(scene, "https://slow.example/hook")
    listen(scene)
    freed = threading.Event()

    def answer(url: str) -> Posted:
        if "slow" in url:
            freed.wait(10)
        return Posted(204, None)

    receivers.answer = answer
    with courier.at_work(look_s=0.01):
        scene.decide(Verdict.APPROVE)
        wait(lambda: scene.messages()[1].state == "delivered")
        scene.suspend()
        wait(lambda: scene.messages()[3].state == "delivered")
        assert scene.messages()[0].state == "waiting"
        freed.set()
        wait(lambda: all(row.state == "delivered" for row in scene.messages()))


def test_each_call_that_breaks_off_is_told_and_made_again(
    scene: Scene, receivers: Receivers, courier: Courier
) -> None:
    for host in ("one.example", "two.example"):
        listen(scene, f"https://{host}/hook")

    def answer(_url: str) -> Posted:
        raise RuntimeError("a fault of ours")

    receivers.answer = answer
    scene.decide(Verdict.APPROVE)
    with capture_logs() as said, courier.at_work(look_s=0.01):
        wait(lambda: len(receivers.calls) == 2)
        wait(lambda: [one["event"] for one in said] == ["webhook_call_broke_off"] * 2)
        receivers.answer = lambda _url: Posted(204, None)
        scene.at += LEASE
        wait(lambda: {row.state for row in scene.messages()} == {"delivered"})


def test_a_courier_that_was_stopped_leaves_the_rest_to_the_next(
    scene: Scene, receivers: Receivers, courier: Courier
) -> None:
    listen(scene)
    scene.decide(Verdict.APPROVE)
    assert courier.carry(1, stopping=lambda: True) == 0
    assert courier.carry(1) == 1


def wait(ready: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.02)
