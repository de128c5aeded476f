"""A site of invented terms for `tests.bench.crawl`, served by a process of its own on the loopback interface.

Run as `python -m tests.bench.crawl_site serve`; it prints its address. `GET /-/MODE` sets how pages answer
from then on: `same` (validators, so that an unchanged page is not sent), `bare` (the same bytes, always
sent), `noise` (other bytes, the same text), `changed` (one sentence differs from the time before).
"""

import hashlib
import random
import sys
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MODES = ("same", "bare", "noise", "changed")
_SECTIONS = 24
_PARAGRAPHS = 3
_BULK = 250_000
_TOPICS = (
    "Definitions",
    "Accounts",
    "Your content",
    "Fees",
    "Acceptable use",
    "Retention",
    "Security",
    "Confidentiality",
    "Intellectual property",
    "Feedback",
    "Third parties",
    "Warranties",
    "Liability",
    "Indemnity",
    "Term",
    "Notices",
)
_SUBJECTS = (
    "{name}",
    "The service",
    "Each customer",
    "An administrator",
    "Either party",
    "Every user",
    "The vendor",
)
_VERBS = (
    "may suspend access to",
    "is responsible for",
    "shall keep records of",
    "agrees to protect",
    "must tell others about",
    "does not warrant",
    "may change the form of",
    "shall reasonably cooperate in matters of",
    "can review",
)
_OBJECTS = (
    "the account and the devices that belong to it",
    "any part of the service that is offered as a trial",
    "the fees that are named in an order form",
    "drawings, drafts and other works made with the service",
    "requests that a public authority makes under the law",
    "the notices that are sent to the registered address",
    "the documentation, as it stands on the day of use",
    "integrations that somebody else provides",
)
_ENDS = (
    "for as long as the agreement lasts",
    "unless the parties agree otherwise in writing",
    "within a reasonable time",
    "to the extent that the law of its country allows",
    "after it has been told of the matter",
    "at its own expense",
)
_CLAUSES = (
    "{name} does not use Customer Content to train its machine learning models.",
    "{name} deletes Customer Content within {days} days after the end of the subscription.",
    "{name} uses Customer Content only to provide the service to the customer.",
    "{name} may share personal data with subprocessors that are bound by a written contract.",
)


@dataclass
class Site:
    """How its pages answer at the moment."""

    mode: str = "same"
    version: int = 0
    served: int = 0
    tags: dict[tuple[int, int], str] = field(default_factory=dict)

    def tag(self, number: int) -> str:
        """The validator of a page, remembered: to make a page again for it would take longer than to look."""
        key = (number, self.version)
        if key not in self.tags:
            self.tags[key] = f'"{hashlib.sha256(page(*key)).hexdigest()[:16]}"'
        return self.tags[key]


def page(number: int, version: int) -> bytes:
    """The terms that stand on a page, the same for the same number and version."""
    chosen = random.Random(number)
    name = f"Vendor{number // 4}"
    days = 30 + version
    blocks = []
    for section in range(_SECTIONS):
        blocks.append(f"<h2>{section + 1}. {chosen.choice(_TOPICS)}</h2>")
        for _ in range(_PARAGRAPHS):
            sentences = [_sentence(chosen, name) for _ in range(3)]
            blocks.append(f"<p>{' '.join(sentences)}</p>")
        if section % 6 == number % 6:
            blocks.append(f"<p>{_CLAUSES[section // 6].format(name=name, days=days)}</p>")
    blocks.append(f"<p>{_CLAUSES[1].format(name=name, days=days)}</p>")
    # Pages of vendors are ten times their text: what a browser needs and nobody reads.
    bulk = f"<script>const state = '{chosen.randbytes(_BULK // 2).hex()}'</script>"
    links = "".join(f'<li><a href="/help/{at}">Help {at}</a></li>' for at in range(40))
    title = f"Terms of {name}, part {number % 4 + 1}"
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>{bulk}</head>'
        f"<body><nav><ul>{links}</ul></nav><main><h1>{title}</h1>{''.join(blocks)}</main>"
        f"<footer><p>{name}</p></footer></body></html>"
    ).encode()


def _sentence(chosen: random.Random, name: str) -> str:
    words = (_SUBJECTS, _VERBS, _OBJECTS, _ENDS)
    return " ".join(chosen.choice(part) for part in words).format(name=name) + "."


def serve() -> None:
    """Serve until the process is ended; the first line of output is the address."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            kind, _, rest = self.path.lstrip("/").partition("/")
            if kind == "-":
                site.mode, site.version = rest, site.version + (rest == "changed")
                self._answer(200, rest.encode(), "")
            elif kind == "terms":
                self._page(int(rest))
            else:
                self._answer(404, b"no such page", "")

        def _page(self, number: int) -> None:
            site.served += 1
            tag = site.tag(number) if site.mode == "same" else ""
            if tag and self.headers.get("If-None-Match") == tag:
                self._answer(304, b"", tag)
                return
            body = page(number, site.version)
            if site.mode == "noise":
                body = body.replace(b"<head>", b'<head><meta name="nonce" content="%d">' % site.served)
            self._answer(200, body, tag)

        def _answer(self, status: int, body: bytes, tag: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if tag:
                self.send_header("ETag", tag)
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__" and sys.argv[1:] == ["serve"]:
    serve()
