"""A recorded past of the invented tool that the shop sells, made with git in a temporary folder."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from app.history import Version, list_versions
from app.history.backfill import Archive, Backfilled, Importer, backfill
from extractors.model import Snapshot
from extractors.text import read_text
from tests.app.shop import Shop
from tests.app.test_history import record
from tests.app.vendor_site import MAY_TRAIN, NO_TRAINING, terms

RECORDED = "Brush/Terms of Service.md"


def as_markdown(shop: Shop, training: str) -> str:
    """The shop's terms as an archive has them."""
    body = terms(training).encode()
    return read_text(Snapshot(body, "0" * 64, "text/html", "utf-8", "upload:t", shop.office.at)).text


def day(number: int) -> str:
    return f"2024-03-{number:02}T06:30:00+00:00"


def record_past(folder: Path, shop: Shop) -> Path:
    """Three versions: training was prohibited, permitted, and prohibited again."""
    never, trains = as_markdown(shop, NO_TRAINING), as_markdown(shop, MAY_TRAIN)
    return record(
        folder,
        [(RECORDED, never, day(1)), (RECORDED, trains, day(2)), (RECORDED, never + "\nEnd.\n", day(3))],
    )


def take_in(
    shop: Shop,
    repository: Path,
    *,
    tool: str = "acme/brush",
    name: str = "past",
    advance: Callable[[int], None] = lambda _done: None,
) -> tuple[Backfilled, ...]:
    """Import everything that was recorded of the shop's terms."""
    here = shop.workshop.sessions
    reader = shop.workshop.reader
    importer = Importer(here, here, reader.read, reader.ruleset.version, "ann", lambda: shop.office.at)
    by_path: defaultdict[str, list[Version]] = defaultdict(list)
    for version in list_versions(repository):
        by_path[version.path].append(version)
    past: dict[str, Sequence[Version]] = {"terms": by_path[RECORDED]}
    return backfill(importer, Archive(repository, name), tool, past, advance)
