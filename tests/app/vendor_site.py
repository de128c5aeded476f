"""An invented vendor's site on the loopback interface, whose pages a test can change while it serves."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

NO_TRAINING = "We do not use Customer Content to train our machine learning models."
MAY_TRAIN = "We may use Customer Content to train and improve our machine learning models."


def terms(training: str = NO_TRAINING) -> str:
    """The terms of an invented tool, with its sentence on training."""
    return f"""<!doctype html><html lang="en"><head><title>Brush Terms</title></head><body>
<nav><a href="/">Home</a> <a href="/pricing">Pricing</a></nav>
<main><h1>Terms of Service</h1>
<p>These terms govern how you use Brush, the drawing service of Acme Tools Ltd ("Acme", "we", "us").
By using the service you agree to these terms on behalf of the company that you work for.</p>
<h2>1. Definitions</h2>
<p>"Customer Content" means the prompts, files and images that you submit to the service and the output that
the service returns to you.</p>
<h2>2. Your content</h2>
<p>As between you and Acme, you own Customer Content. {training}</p>
<p>We use Customer Content only to provide the service to you and for no other purpose.</p>
<h2>3. Retention</h2>
<p>We delete Customer Content within 30 days after you submit it.</p>
<h2>4. Your duties</h2>
<p>You may not use the service to break the law, and you may not use output to build a competing model.</p>
<h2>5. Liability</h2>
<p>The service is provided as it is. Neither party is liable for indirect damage of any kind whatsoever.</p>
</main><footer>© Acme Tools Ltd</footer></body></html>"""


@dataclass
class VendorSite:
    """Pages by path; `hits` counts requests that were answered with a body."""

    address: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    hits: int = 0

    def url(self, path: str) -> str:
        """Where a page stands."""
        return f"{self.address}{path}"


@contextmanager
def vendor_site() -> Iterator[VendorSite]:
    """Serve the invented vendor's pages for the length of the block."""
    site = VendorSite(pages={"/terms": terms()})

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            page = site.pages.get(self.path)
            tag = "" if page is None else f'"{hashlib.sha256(page.encode()).hexdigest()[:16]}"'
            if page is not None and self.headers.get("If-None-Match") == tag:
                self._answer(304, b"", tag)
            else:
                site.hits += page is not None
                self._answer(200 if page else 404, (page or "no such page").encode(), tag)

        def _answer(self, status: int, body: bytes, tag: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if tag:
                self.send_header("ETag", tag)
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    site.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
