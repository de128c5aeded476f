"""An invented vendor's site on the loopback interface whose pages only a browser shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.app.vendor_site import terms

SHELL = (
    '<!doctype html><html lang="en"><head><title>Brush</title></head>'
    '<body><div id="root"></div>{}</body></html>'
)
SHOW_TERMS = """<script>
fetch('/api/terms').then(answer => answer.text())
    .then(text => { document.getElementById('root').innerHTML = text });
</script>"""


def shell(script: str = SHOW_TERMS) -> str:
    """A page without text, and the script that would bring it."""
    return SHELL.format(script)


@dataclass
class ScriptSite:
    """Pages by path, as text or as status with headers; `asked` lists requests as `METHOD /path`."""

    address: str = ""
    pages: dict[str, str | tuple[int, dict[str, str], str]] = field(default_factory=dict)
    once: dict[str, str | tuple[int, dict[str, str], str]] = field(default_factory=dict)
    """What a path answers the first time, in place of its page."""
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)

    def url(self, path: str = "/terms") -> str:
        """Where a page stands."""
        return f"{self.address}{path}"


@contextmanager
def script_site() -> Iterator[ScriptSite]:
    """Serve the site for the length of the block."""
    body = terms().partition("<main>")[2].partition("</main>")[0]
    site = ScriptSite(pages={"/terms": shell(), "/api/terms": body})

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            site.asked.append(f"{self.command} {self.path}")
            site.agents.add(self.headers.get("User-Agent", ""))
            usual = site.pages.get(self.path, (404, {}, "no such page"))
            page = site.once.pop(self.path, usual)
            status, headers, text = (200, {}, page) if isinstance(page, str) else page
            self.send_response(status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def do_POST(self) -> None:
            self.do_GET()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    site.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
