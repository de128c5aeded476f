"""What a search has gathered so far: leads by the page they lead to, and what each visited page showed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from app.discovery.leads import Lead
from app.discovery.site import Site
from app.discovery.visiting import Look
from extractors.guessing import is_hub
from registry.addresses import bare

_MOST_PAGES = 400
_MOST_LEADS = 8
"""Kept of one page: more of them tell nothing new."""


@dataclass
class Trail:
    """Grows while a search walks. Pages go by `bare` addresses, so that one page is one page."""

    site: Site
    leads: dict[str, list[Lead]] = field(default_factory=dict)
    looks: dict[str, Look] = field(default_factory=dict)
    home: str = ""
    """Where the site's first page stands."""

    def add(self, leads: Iterable[Lead]) -> None:
        """Keep the leads that may be terms, or list them."""
        for lead in leads:
            if lead.guess is None and not is_hub(lead.words, urlsplit(lead.url).path):
                continue
            key = bare(lead.url)
            if key not in self.leads and len(self.leads) >= _MOST_PAGES:
                continue
            known = self.leads.setdefault(key, [])
            same = any(one.reason.whence is lead.reason.whence for one in known if one.words == lead.words)
            if not same and len(known) < _MOST_LEADS:
                known.append(lead)

    def saw(self, url: str, look: Look) -> None:
        """Keep what a page showed."""
        self.looks[bare(url)] = look
        self.looks.setdefault(bare(look.url), look)

    def hubs(self) -> list[str]:
        """Pages of the site that list terms and were not visited yet."""
        found = [
            leads[0].url
            for key, leads in self.leads.items()
            if key not in self.looks and any(is_hub(one.words, urlsplit(one.url).path) for one in leads)
        ]
        return [url for url in found if self.site.has(url)]

    def likeliest(self) -> str | None:
        """The page of the site that is likeliest to be terms and was not visited yet."""
        weights = {
            leads[0].url: max(weight_of(one) for one in leads)
            for key, leads in self.leads.items()
            if key not in self.looks and self.site.has(leads[0].url)
        }
        worth = {url: weight for url, weight in weights.items() if weight > 0}
        return max(worth, key=lambda url: worth[url], default=None)


def weight_of(lead: Lead) -> float:
    """How much words and address of a lead speak for it; 0 for one that tells of no terms."""
    return 0.0 if lead.guess is None else lead.guess.weight
