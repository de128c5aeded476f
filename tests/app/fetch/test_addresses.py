from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fetch.addresses import Address, is_listed, parse_address, parse_networks, refusal

V4 = st.ip_addresses(v=4).map(str).map(IPv4Address)
V6 = st.ip_addresses(v=6).map(str).map(IPv6Address)


def embeddings(v4: IPv4Address) -> list[IPv6Address]:
    """Every IPv6 form that stands for an IPv4 address."""
    n = int(v4)
    return [
        IPv6Address(n),  # IPv4-compatible
        IPv6Address(0xFFFF << 32 | n),  # mapped
        IPv6Address(0xFFFF << 48 | n),  # translated, ::ffff:0:0/96
        IPv6Address(0x64FF9B << 96 | n),  # NAT64
        IPv6Address(0x64FF9B0001 << 80 | n),  # NAT64, local
        IPv6Address(0x2002 << 112 | n << 80 | 1),  # 6to4
        IPv6Address(0x20010000 << 96 | n << 64),  # Teredo server
        IPv6Address(0x20010000 << 96 | n ^ 0xFFFFFFFF),  # Teredo client
        IPv6Address(0x26064700 << 96 | 0x00005EFE << 32 | n),  # ISATAP under a public prefix
        IPv6Address(0x26064700 << 96 | 0x02005EFE << 32 | n),
    ]


@given(V4 | V6)
def test_what_passes_is_global_by_the_standard_library_too(address: Address) -> None:
    if refusal(address) is None:
        meant = address
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            meant = address.ipv4_mapped
        elif isinstance(address, IPv6Address) and int(address) >> 32 == 0x64FF9B << 64:
            meant = IPv4Address(int(address) & 0xFFFFFFFF)
        assert meant.is_global
        assert not meant.is_multicast


@given(V4)
def test_no_embedding_of_a_refused_address_passes(v4: IPv4Address) -> None:
    if refusal(v4):
        assert all(refusal(form) for form in embeddings(v4))


@pytest.mark.parametrize(
    "text",
    [
        "10.1.2.3",
        "127.0.0.1",
        "169.254.169.254",
        "172.31.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "224.0.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "198.18.0.1",
        "203.0.113.9",
        "240.0.0.1",
        "168.63.129.16",
    ],
)
def test_no_embedding_of_a_known_private_address_passes(text: str) -> None:
    v4 = IPv4Address(text)
    assert refusal(v4)
    assert [str(form) for form in embeddings(v4) if not refusal(form)] == []


@pytest.mark.parametrize(
    "text",
    ["::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "fec0::1", "100::1", "2001:db8::1", "3fff::1"],
)
def test_special_ipv6_addresses_are_refused(text: str) -> None:
    assert refusal(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "1.1.1.1",
        "93.184.215.14",
        "172.32.0.1",
        "100.128.0.1",
        "2606:4700::1111",
        "2a00:1450:4001::200e",
        "::ffff:1.1.1.1",
        "64:ff9b::101:101",
    ],
)
def test_public_addresses_pass(text: str) -> None:
    assert refusal(ip_address(text)) is None


def test_a_listed_network_covers_the_forms_that_stand_for_its_addresses() -> None:
    networks = parse_networks(["10.0.0.0/8", " 192.168.7.7 ", "fd00::/8"])
    assert is_listed(IPv4Address("10.9.9.9"), networks)
    assert is_listed(IPv4Address("192.168.7.7"), networks)
    assert is_listed(IPv6Address("::ffff:10.9.9.9"), networks)
    assert is_listed(IPv6Address("fd00::5"), networks)
    assert not is_listed(IPv4Address("192.168.7.8"), networks)


@pytest.mark.parametrize("setting", ["", "10.0.0.0/33", "10.0.0.1/8", "localhost", "10.0.0.0-10.0.0.9"])
def test_a_malformed_network_is_named_with_what_to_write(setting: str) -> None:
    with pytest.raises(ValueError, match=r"is malformed .* write an address such as"):
        parse_networks([setting])


@pytest.mark.parametrize("text", ["fe80::1%eth0", "2606:4700::1%1", "example.com", "0x7f.1", ""])
def test_what_is_no_plain_address_is_none(text: str) -> None:
    assert parse_address(text) is None
