"""Which internet addresses may be connected to. Pure; knows the special-purpose address registries.

IPv4 lists what is refused, because nearly all else is public. IPv6 lists what is public, because nearly all
else is not. An IPv6 address that stands for an IPv4 one is judged as the latter. The tables are written out
rather than taken from `ipaddress`, whose answers differ between Python versions.
"""

from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_REFUSED_V4 = {
    IPv4Network(network): what
    for network, what in (
        ("0.0.0.0/8", "an unspecified address"),
        ("10.0.0.0/8", "a private address"),
        ("100.64.0.0/10", "an address shared behind a carrier's translator"),
        ("127.0.0.0/8", "a loopback address"),
        ("168.63.129.16/32", "a cloud host's own service"),
        ("169.254.0.0/16", "a link-local address"),
        ("172.16.0.0/12", "a private address"),
        ("192.0.0.0/24", "an address reserved for protocols"),
        ("192.0.2.0/24", "a documentation address"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "a private address"),
        ("198.18.0.0/15", "a benchmarking address"),
        ("198.51.100.0/24", "a documentation address"),
        ("203.0.113.0/24", "a documentation address"),
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "a reserved address"),
    )
}
_PUBLIC_V6 = IPv6Network("2000::/3")
_REFUSED_V6 = {
    IPv6Network(network): what
    for network, what in (
        ("2001::/23", "an address reserved for protocols (Teredo, benchmarking and others)"),
        ("2001:db8::/32", "a documentation address"),
        ("2002::/16", "a 6to4 address"),
        ("3fff::/20", "a documentation address"),
    )
}
_LAST_32_BITS_ARE_V4 = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))
"""IPv4-mapped addresses, and NAT64's, by which an IPv6-only host reaches every IPv4 site."""
_ISATAP = (0x00005EFE, 0x02005EFE)
"""The interface identifier's first half that marks an IPv4 address in the second, under any prefix."""


def parse_networks(settings: Iterable[str]) -> tuple[Network, ...]:
    """Networks or single addresses, as a person wrote them; ValueError names the one that is malformed."""
    return tuple(_parse_network(setting.strip()) for setting in settings)


def parse_address(text: str) -> Address | None:
    """The address that a resolver named; None where it is none, or is bound to a zone of this machine."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return None
    return address


def is_listed(address: Address, networks: Iterable[Network]) -> bool:
    """Whether the address, or the IPv4 address that it stands for, is in one of the networks."""
    forms = {address, _meant(address)}
    return any(form.version == network.version and form in network for network in networks for form in forms)


def refusal(address: Address) -> str | None:
    """What kind of address it is, if that kind is not public; None for a public one."""
    meant = _meant(address)
    if isinstance(meant, IPv4Address):
        return _first_match(meant, _REFUSED_V4)
    if meant not in _PUBLIC_V6:
        return "an address outside the public IPv6 range"
    return _first_match(meant, _REFUSED_V6) or _refused_isatap(meant)


def _meant(address: Address) -> Address:
    if isinstance(address, IPv6Address) and any(address in network for network in _LAST_32_BITS_ARE_V4):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _refused_isatap(address: IPv6Address) -> str | None:
    if (int(address) >> 32) & 0xFFFFFFFF not in _ISATAP:
        return None
    return _first_match(IPv4Address(int(address) & 0xFFFFFFFF), _REFUSED_V4)


def _first_match(address: Address, table: dict[IPv4Network, str] | dict[IPv6Network, str]) -> str | None:
    return next((what for network, what in table.items() if address in network), None)


def _parse_network(setting: str) -> Network:
    try:
        return ip_network(setting)
    except ValueError as error:
        raise ValueError(
            f"allowed network {setting!r} is malformed ({error}): "
            "write an address such as 192.168.1.20 or a network such as 10.0.0.0/8"
        ) from error
