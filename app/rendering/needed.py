"""Which of a page's requests are let through: what its text may need, and no decoration. Pure."""

from typing import Final
from urllib.parse import urlsplit

METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""A page is looked at; nothing is sent to it."""
_KINDS: Final = frozenset({"document", "script", "stylesheet", "xhr", "fetch", "other"})
"""Kinds of requests in the browser's words. Left out: images, media, fonts, pings, sockets, manifests."""
_WATCHERS: Final = frozenset(
    {
        "amplitude.com",
        "appsflyer.com",
        "bat.bing.com",
        "braze.com",
        "bugsnag.com",
        "clarity.ms",
        "connect.facebook.net",
        "crazyegg.com",
        "criteo.com",
        "datadoghq-browser-agent.com",
        "demdex.net",
        "doubleclick.net",
        "drift.com",
        "fullstory.com",
        "google-analytics.com",
        "googleadservices.com",
        "googlesyndication.com",
        "googletagmanager.com",
        "heapanalytics.com",
        "hotjar.com",
        "hs-analytics.net",
        "hubspot.com",
        "intercom.io",
        "intercomcdn.com",
        "logrocket.io",
        "marketo.net",
        "mixpanel.com",
        "mouseflow.com",
        "newrelic.com",
        "nr-data.net",
        "optimizely.com",
        "outbrain.com",
        "posthog.com",
        "quantserve.com",
        "reddit.com",
        "scorecardresearch.com",
        "segment.com",
        "segment.io",
        "sentry.io",
        "snapchat.com",
        "taboola.com",
        "tiktok.com",
        "twitter.com",
        "x.com",
    }
)
"""Domains that watch visitors or advertise, and show no terms of others."""


def is_watcher(host: str) -> bool:
    """Whether a host belongs to those who watch visitors."""
    labels = host.lower().rstrip(".").split(".")
    return any(".".join(labels[at:]) in _WATCHERS for at in range(len(labels)))


def is_needed(page: str, url: str, kind: str, method: str) -> bool:
    """Whether a request of the page may be made; a watcher's own page may show its own terms."""
    host, own = urlsplit(url).hostname or "", urlsplit(page).hostname or ""
    if kind not in _KINDS or method not in METHODS:
        return False
    return host == own or not is_watcher(host)


def stays(page: str, url: str) -> bool:
    """Whether a page that its scripts lead to stands on the host that was asked for."""
    return urlsplit(url).hostname == urlsplit(page).hostname
