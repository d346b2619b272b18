"""Which addresses and ports belong to the public web."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import addresses

PUBLIC = """
1.1.1.1 8.8.8.8 9.9.9.9 93.184.216.34 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1 169.253.255.255
169.255.0.1 172.15.255.255 172.32.0.1 192.0.1.1 192.167.255.255 192.169.0.1 198.17.255.255 198.20.0.1 203.0.112.1
203.0.114.1 223.255.255.254 2606:4700:4700::1111 2001:4860:4860::8888 2a00:1450:4001:81b::200e 2400:cb00::1
::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:808:808::1
""".split()

PRIVATE = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.1.2.3 169.254.0.1 169.254.169.254
172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.8 192.0.0.170 192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.255
198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::7f00:1 ::127.0.0.1 ::10.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:7f00:1 ::ffff:169.254.169.254
::ffff:0:0 64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::10.0.0.1 64:ff9b:1::c0a8:1
100::1 2001::1 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2001:db8:ffff::1 2002:7f00:1::1 2002:a00:1::1
2002:c0a8:1::1 2002:a9fe:a9fe::1 3fff::1 3fff:fff::1 5f00::1 fc00::1 fd12:3456:789a::1 fe80::1 fe80::1%eth0
fec0::1 ff02::1 ff05::2 ff0e::1 2606:4700:4700::1111%eth0 8000::1 1000::1 4000::1
""".split()

# The client's address stands inverted in the last 32 bits (RFC 4380, section 4): 127.0.0.1, 10.0.0.1, 192.168.1.1.
TEREDO = "2001:0:808:808::80ff:fffe 2001:0:808:808::f5ff:fffe 2001:0:808:808::3f57:fefe".split()


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert addresses.public(address)


@pytest.mark.parametrize("address", PRIVATE + TEREDO)
def test_not_public(address: str) -> None:
    assert not addresses.public(address)


@pytest.mark.parametrize("text", ["", "club.example", "300.1.1.1", "1.2.3", "0x7f.0.0.1", "::g"])
def test_a_name_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        addresses.public(text)


V4 = st.integers(0, 2**32 - 1).map(IPv4Address)
V6 = st.integers(0, 2**128 - 1).map(IPv6Address)


@given(V4)
def test_an_ipv4_address_is_judged_alike_in_every_dress(plain: IPv4Address) -> None:
    low = int(plain)
    dresses = [
        IPv6Address((0xFFFF << 32) + low),
        IPv6Address((0x64FF9B << 96) + low),
        IPv6Address((0x2002 << 112) + (low << 80) + 1),
        IPv6Address((0x20010000 << 96) + (low ^ 0xFFFFFFFF)),
    ]
    assert {addresses.public(str(dress)) for dress in dresses} == {addresses.public(str(plain))}


@given(V4 | V6)
def test_what_python_calls_private_is_never_public(address: IPv4Address | IPv6Address) -> None:
    carries = isinstance(address, IPv6Address) and (address.sixtofour or address.teredo or int(address) >> 48 == 0)
    if not carries and (address.is_private or address.is_multicast or address.is_reserved):
        assert not addresses.public(str(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "::1", "fe80::1%eth0", "localhost", "club.localhost"])
def test_literally_private(host: str) -> None:
    assert addresses.literally_private(host)


@pytest.mark.parametrize(
    "host", ["club.example", "8.8.8.8", "2606:4700:4700::1111", "", "localhost.example", "2130706433"]
)
def test_not_literally_private(host: str) -> None:
    assert not addresses.literally_private(host)


def test_ports() -> None:
    assert sorted(addresses.PORTS) == [80, 443, 8080, 8443]
