"""docs/WEBHOOKS.md says what is sent."""

import json
import re
from datetime import datetime
from pathlib import Path

from app.webhooks.courier import body_of
from registry.deliveries import Parcel
from registry.events import ASKABLE, MEANING

PAGE = (Path(__file__).parents[3] / "docs" / "WEBHOOKS.md").read_text()


def test_the_page_lists_every_event_as_it_is_explained() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \| (.*) \|$", PAGE, re.MULTILINE)
    assert rows == [(kind.value, MEANING[kind]) for kind in ASKABLE]


def test_the_example_is_what_is_sent() -> None:
    (shown,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    example = json.loads(shown)
    data = dict(example["data"])
    link = data.pop("link")
    base, _, path = link.partition("/ui")
    parcel = Parcel(
        id=1,
        message_id="msg_1",
        kind=example["type"],
        data=data,
        path=path,
        at=datetime.fromisoformat(example["timestamp"]),
        tries=1,
        webhook="hook_1",
        url="",
        secret_number=1,
        secret_sha256="",
        former_until=None,
    )
    assert json.loads(body_of(parcel, f"{base}/ui")) == example
