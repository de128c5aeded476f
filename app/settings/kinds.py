"""Kinds of settings: how each is written in the environment, and what is no such thing. Pure.

Each check says what to write instead; the setting's name is told beside it.
"""

from ipaddress import ip_network
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts that may be spoken to in the clear."""
_EVERYBODY: Final = frozenset({"common", "organizations", "consumers"})
"""First parts of paths by which Microsoft names all its tenants at once."""
_SHORTEST_KEY: Final = 32


def is_safe(url: str) -> bool:
    """Whether what is said to an address cannot be overheard."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and not set(url) & set("?# ")
    return (
        bool(host)
        and plain
        and (parts.scheme == "https" or (parts.scheme == "http" and host in _THIS_MACHINE))
    )


def _between_commas(value: object) -> object:
    return _parts(value, ",")


def _between_semicolons(value: object) -> object:
    return _parts(value, ";")


def _parts(value: object, separator: str) -> object:
    if not isinstance(value, str):
        return value
    return tuple(part for part in (piece.strip() for piece in value.split(separator)) if part)


def _are_networks(networks: tuple[str, ...]) -> tuple[str, ...]:
    for network in networks:
        try:
            ip_network(network)
        except ValueError as error:
            raise ValueError(f"{error}; write 192.168.1.20 or 10.0.0.0/8") from None
    return networks


def _are_domains(domains: tuple[str, ...]) -> tuple[str, ...]:
    for domain in domains:
        if not domain.isascii() or not domain.isprintable() or "@" in domain or "." not in domain:
            raise ValueError(f"{domain!r} is no domain; write company.example")
    return tuple(domain.lower() for domain in domains)


def _is_an_issuer(issuer: str) -> str:
    if not issuer:
        return issuer
    if not is_safe(issuer):
        raise ValueError(f"{issuer!r} is no issuer; it must start with https:// and hold no `?` or `#`")
    if "{" in issuer or urlsplit(issuer).path.strip("/").split("/")[0] in _EVERYBODY:
        raise ValueError(f"{issuer!r} stands for everybody's accounts; name your own tenant in it")
    return issuer


def _asks_for_a_token(scope: str) -> str:
    if "openid" not in scope.split():
        raise ValueError(f"{scope!r} must hold `openid`: without it there is no ID token")
    return " ".join(scope.split())


def _fits_a_header(contact: str) -> str:
    if not (contact.strip() and contact.isascii() and contact.isprintable()):
        raise ValueError(f"{contact!r} is no contact; write a URL or a mail address in plain ASCII")
    return contact


def _is_an_address(address: str) -> str:
    if address and not address.startswith(("https://", "http://")):
        raise ValueError(f"{address!r} is no web address; it must start with https:// or http://")
    if "?" in address or "#" in address or not (address.isascii() and address.isprintable()):
        raise ValueError(f"{address!r} is no plain web address; leave out what follows `?` or `#`")
    return address.rstrip("/")


def _cannot_be_overheard(address: str) -> str:
    if address and not is_safe(address):
        raise ValueError(
            f"{address!r} would be asked in the clear; it must start with https://, but for this machine"
        )
    return address


def _cannot_be_guessed(key: SecretStr) -> SecretStr:
    if 0 < len(key.get_secret_value()) < _SHORTEST_KEY:
        raise ValueError(
            f"is too short; write at least {_SHORTEST_KEY} characters, as `openssl rand -hex 32` makes them"
        )
    return key


def _is_a_level(level: str) -> str:
    if level.upper() not in LEVELS:
        raise ValueError(f"{level!r} is no level; write one of {', '.join(LEVELS)}")
    return level.upper()


Networks = Annotated[
    tuple[str, ...], NoDecode, BeforeValidator(_between_commas), AfterValidator(_are_networks)
]
Domains = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_between_commas), AfterValidator(_are_domains)]
Groups = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_between_semicolons)]
"""Names of groups; a comma may stand in one."""
Address = Annotated[str, AfterValidator(_is_an_address)]
"""A web address without a slash at its end; empty for none."""
SafeAddress = Annotated[Address, AfterValidator(_cannot_be_overheard)]
Issuer = Annotated[str, AfterValidator(_is_an_issuer)]
Scope = Annotated[str, AfterValidator(_asks_for_a_token)]
Contact = Annotated[str, AfterValidator(_fits_a_header)]
LongKey = Annotated[SecretStr, AfterValidator(_cannot_be_guessed)]
Level = Annotated[str, AfterValidator(_is_a_level)]
