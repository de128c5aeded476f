"""The site that is searched: where it begins, which hosts belong to it, where its links lead. Pure."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

from app.domains import registered_domain

_LONGEST_URL = 2_000


@dataclass(frozen=True, slots=True)
class Site:
    """A vendor's site, by the address that a search of it begins at."""

    start: str
    domain: str
    """What its owner registered: all hosts below it are the site's."""

    def holds(self, host: str) -> bool:
        """Whether a host belongs to the site."""
        return registered_domain(host) == self.domain

    def has(self, url: str) -> bool:
        """Whether a page stands on the site."""
        return self.holds(urlsplit(url).hostname or "")


def site_of(start: str) -> Site:
    """The site of a well-formed address."""
    return Site(start, registered_domain(urlsplit(start).hostname or ""))


def led_to(page: str, base: str, href: str) -> str | None:
    """The address that a link leads to, seen from its page and that page's `base`, without fragment.

    `None` where it is no address of a page.
    """
    try:
        parts = urlsplit(urljoin(urljoin(page, base), href))
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    url = urlunsplit(parts._replace(fragment=""))
    if parts.scheme not in {"https", "http"} or not host or parts.username is not None:
        return None
    return url if len(url) <= _LONGEST_URL and url.isprintable() and " " not in url else None
