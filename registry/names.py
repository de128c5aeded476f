"""How names are written: slugs, titles, addresses of pages, and the other names that systems know a tool by.

Only this module knows what a well-formed one looks like. Each function gives the complaint, with what to
write instead, or `None` where there is nothing to complain of.
"""

import re
from urllib.parse import unquote, urlsplit

from registry.model import AliasKind

MAX_TITLE = 200
MAX_URL = 2000
USUAL_PORTS = frozenset({80, 443, 8080, 8443})
"""Ports that public sites are served from; the fetcher asks no public address on another."""

_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?")
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_ALIASES = {
    # The last label starts with a letter, so an address in numbers is no host name.
    AliasKind.HOST: (
        re.compile(rf"(?=.{{1,253}}\Z)({_LABEL}\.)+(?=[a-z]){_LABEL}"),
        "write a host name in lower case without scheme, port, path or wildcard: `chat.vendor.example`",
    ),
    AliasKind.PACKAGE: (
        re.compile(r"pkg:[a-z][a-z0-9.+-]*(/[a-z0-9._~%-]+)+"),
        "write a package URL in lower case without a version: `pkg:pypi/vendor`, `pkg:npm/%40vendor/sdk`",
    ),
    AliasKind.MODEL: (
        re.compile(r"[a-z0-9][a-z0-9._:/-]*\*?"),
        "write a model's name in lower case; a `*` may stand at its end: `vendor-large-*`",
    ),
    AliasKind.EXTENSION: (
        re.compile(r"[a-z0-9][a-z0-9._-]*"),
        "write the identifier of its marketplace in lower case: `publisher.extension`",
    ),
}


def slug_problem(slug: str) -> str | None:
    """Check a slug: what stands in addresses and commands."""
    if _SLUG.fullmatch(slug):
        return None
    return f"`{slug}` is no slug; write 1 to 64 of a-z, 0-9 and `-`, with neither end a `-`: `image-studio`"


def title_problem(title: str) -> str | None:
    """Check a name that people read."""
    if title.strip() and title.isprintable() and len(title) <= MAX_TITLE:
        return None
    return f"write 1 to {MAX_TITLE} visible characters on one line"


def alias_problem(kind: AliasKind, value: str) -> str | None:
    """Check another name of a tool; `kind` says whose spelling it follows."""
    pattern, advice = _ALIASES[kind]
    return None if pattern.fullmatch(value) else f"`{value}` is no {kind.value} alias; {advice}"


def known_as(kind: AliasKind, value: str) -> str:
    """The one spelling under which another name is looked for."""
    name = value.lower()
    return package_name(name) if kind is AliasKind.PACKAGE else name


def package_name(url: str) -> str:
    """Strip a package URL of version, qualifiers and subpath: what is approved is the tool behind it."""
    path = unquote(url.partition("#")[0].partition("?")[0])
    folder, slash, last = path.rpartition("/")
    # A scope begins with `@`, a version follows one.
    name = last[:1] + last[1:].partition("@")[0]
    if folder == "pkg:pypi":
        name = name.replace("_", "-").replace(".", "-")
    return f"{folder}{slash}{name}"


def url_problem(url: str) -> str | None:
    """Check the address of a page. Whether it may be visited is for the fetcher to say."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"`{url}` is no address: {error}; copy it from the browser again"
    if parts.username is not None or parts.password is not None:
        # The address is not repeated: the message may end in a log.
        return "holds a user name or password; terms must be public, remove it"
    if parts.scheme not in {"https", "http"}:
        return f"`{url}` is no web address; it must start with https:// or http://"
    if not host:
        return f"`{url}` names no host; write the whole address"
    if len(url) > MAX_URL or not url.isprintable() or " " in url:
        return f"is longer than {MAX_URL} characters or holds white space; write the address encoded"
    return None


def port_problem(url: str) -> str | None:
    """Check a well-formed address for a port that no public site uses."""
    port = urlsplit(url).port
    if port is None or port in USUAL_PORTS:
        return None
    usual = ", ".join(str(usual) for usual in sorted(USUAL_PORTS))
    return f"`{url}` names port {port}, and public pages are fetched from {usual} only; leave the port out"
