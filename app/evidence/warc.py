"""A decision's evidence → a web archive (WARC 1.1, gzipped record by record). The door of warcio.

    warcinfo    what this is
    resource    the decision with the judgement it followed; the policy of that time
    response    each page as it was received, with its headers; `resource` for what no site sent in this form:
                uploads, pages that a browser rendered, pages that a person saved and brought
    request     what was asked, beside each response and revisit, where it was kept
    revisit     the newest look that found a page unchanged
    conversion  the text that was read in the pages, in which offsets count
    metadata    the clauses that were read in that text

The same decision gives the same bytes: identifiers and dates follow from what is packed.
"""

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import IO, Any, Final
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from app.evidence.statement import reading_of, statement_of
from registry.dossiers import Dossier, Exhibit
from registry.tables import CaptureRow

BodyOf = Callable[[str], bytes | None]
"""The bytes of a snapshot, by their digest."""

_NAMES: Final = uuid.UUID("0a1f5d0c-9d0e-5c53-8f0b-7f5f9a2c4e11")
_NOT_MODIFIED: Final = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_OF_THE_TRANSFER: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""Headers on how bytes travelled: what is stored was unpacked, and readers would try to unpack it again."""
_JSON: Final = "application/json"


def write_evidence(dossier: Dossier, body_of: BodyOf, file: IO[bytes]) -> int:
    """Write a decision's evidence; how many records it came to. One page's bytes are in memory at a time."""
    packed = _Archive(dossier, body_of, file)
    packed.write()
    return packed.records


class _Archive:
    def __init__(self, dossier: Dossier, body_of: BodyOf, file: IO[bytes]) -> None:
        self._dossier = dossier
        self._body_of = body_of
        self._writer = WARCWriter(file, gzip=True, warc_version="1.1")
        self._name = f"urn:termgate:decision:{dossier.decision.id}"
        self.records = 0

    def write(self) -> None:
        dossier = self._dossier
        at = dossier.decision.decided_at
        told = {
            "software": "Termgate",
            "format": "WARC File Format 1.1",
            "description": f"What the decision {dossier.decision.id} on {dossier.decision.plan} rested on",
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in told.items()).encode()
        self._record("warcinfo", None, at, ("application/warc-fields", lines))
        self._record("resource", self._name, at, (_JSON, _json(statement_of(dossier))))
        if dossier.judged is not None and dossier.policy_text is not None:
            policy = f"urn:termgate:policy:{dossier.judged.policy}"
            text = dossier.policy_text.encode()
            self._record("resource", policy, dossier.judged.made_at, ("application/yaml", text))
        for exhibit in dossier.exhibits:
            self._exhibit(exhibit)

    def _exhibit(self, exhibit: Exhibit) -> None:
        pages = [self._page(capture) for capture in exhibit.received]
        for capture in exhibit.confirmed:
            self._revisit(capture)
        place = f"urn:termgate:document:{exhibit.document.digest}"
        of = {"WARC-Refers-To": pages[0]} if len(pages) == 1 else {}
        text = ("text/markdown; charset=utf-8", exhibit.document.text.encode("utf-8", "surrogatepass"))
        converted = self._record("conversion", place, exhibit.seen_at, text, **of)
        read = (_JSON, _json(reading_of(exhibit)))
        self._record("metadata", place, exhibit.seen_at, read, **{"WARC-Refers-To": converted})

    def _page(self, capture: CaptureRow) -> str:
        """A page as it was received; the record's identifier."""
        body = self._body_of(capture.snapshot or "") or b""
        url = capture.final_url or capture.url
        is_brought = capture.captured_by is not None
        if (
            is_brought
            or capture.rendered
            or capture.http_status is None
            or not url.startswith(("http://", "https://"))
        ):
            # What a browser made of a page, or a person brought, was never sent so by a site.
            return self._record("resource", url, capture.at, (_media_type(capture), body))
        headers = [_header(name, value) for name, value in capture.headers]
        headers.append(("Content-Length", str(len(body))))
        given = _address(capture)
        answer = self._record("response", url, capture.at, (None, body), _status(capture, headers), **given)
        self._request(capture, answer)
        return answer

    def _revisit(self, capture: CaptureRow) -> None:
        url = capture.final_url or capture.url
        if capture.http_status != HTTPStatus.NOT_MODIFIED or not url.startswith(("http://", "https://")):
            return
        http = _status(capture, [("ETag", capture.etag)] if capture.etag else [])
        given = {"WARC-Profile": _NOT_MODIFIED, **_address(capture)}
        self._request(capture, self._record("revisit", url, capture.at, (None, b""), http, **given))

    def _request(self, capture: CaptureRow, answer: str) -> None:
        """What was asked for an answer, by the answer's identifier; nothing of looks that did not keep it."""
        asked = capture.asked
        if asked is None:
            return
        url = urlsplit(asked["url"])
        path = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
        headers = [_header(name, value) for name, value in asked["headers"]]
        http = StatusAndHeaders(f"{asked['method']} {path} HTTP/1.1", headers, is_http_request=True)
        given = {"WARC-Concurrent-To": answer, **_address(capture)}
        at = datetime.fromisoformat(asked["at"])
        self._record("request", asked["url"], at, (None, b""), http, **given)

    def _record(
        self,
        kind: str,
        uri: str | None,
        at: datetime,
        content: tuple[str | None, bytes],
        http: StatusAndHeaders | None = None,
        **headers: str,
    ) -> str:
        media_type, body = content
        self.records += 1
        name = f"{self._name}\0{self.records}\0{kind}\0{uri}"
        identifier = f"<{uuid.uuid5(_NAMES, name).urn}>"
        given: Mapping[str, str] = {
            "WARC-Record-ID": identifier,
            "WARC-Date": at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            **headers,
        }
        record = self._writer.create_warc_record(
            uri or "",
            kind,
            payload=BytesIO(body),
            length=len(body),
            warc_content_type=media_type or "",
            warc_headers_dict=given,
            http_headers=http,
        )
        self._writer.write_record(record)
        return identifier


def _address(capture: CaptureRow) -> dict[str, str]:
    address = None if capture.asked is None else capture.asked["address"]
    return {} if address is None else {"WARC-IP-Address": address}


def _status(capture: CaptureRow, headers: list[tuple[str, str]]) -> StatusAndHeaders:
    number = capture.http_status or HTTPStatus.OK
    known = {status.value: status.phrase for status in HTTPStatus}
    return StatusAndHeaders(f"{number} {known.get(number, '')}".strip(), headers, protocol="HTTP/1.1")


def _header(name: str, value: str) -> tuple[str, str]:
    """A header as it was received; one on how the bytes travelled, under a name that nobody acts on."""
    clean = " ".join(value.splitlines())
    return (f"X-Archive-Orig-{name}" if name.lower() in _OF_THE_TRANSFER else name, clean)


def _media_type(capture: CaptureRow) -> str:
    charset = f"; charset={capture.charset}" if capture.charset else ""
    return f"{capture.media_type or 'application/octet-stream'}{charset}"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8", "surrogatepass")
