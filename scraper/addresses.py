"""Which addresses and ports belong to the public web."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# The whole of the public IPv6 space (RFC 4291), and what in it is not for the public: protocol assignments, Teredo
# and ORCHID among them (RFC 2928), documentation (RFC 3849, RFC 9637), and 6to4, whose IPv4 address is judged instead.
GLOBAL_V6 = IPv6Network("2000::/3")
SPECIAL_V6 = tuple(IPv6Network(n) for n in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
# IPv6 addresses that carry an IPv4 address in their last 32 bits: mapped, compatible, and translated (RFC 6052, 8215).
CARRIERS = tuple(IPv6Network(n) for n in ("::ffff:0:0/96", "::/96", "64:ff9b::/96", "64:ff9b:1::/48"))
# Where web servers listen.
PORTS = frozenset((80, 443, 8080, 8443))
SIX_TO_FOUR, TEREDO = IPv6Network("2002::/16"), IPv6Network("2001::/32")
# Protocol assignments (RFC 6890) and relay anycast (RFC 7526), which Python calls global in whole or in part.
SPECIAL_V4 = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))


def public(address: str) -> bool:
    """Whether an IP address belongs to the public internet. An IPv6 zone (`%eth0`) never does."""
    if "%" in address:
        return False
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        carried = _carried(ip)
        if carried is not None:
            return _public_v4(carried)
        return ip in GLOBAL_V6 and not any(ip in network for network in SPECIAL_V6)
    return _public_v4(ip)


def literally_private(host: str) -> bool:
    """Whether a host is written as an address that is not public, or is this machine's own name."""
    try:
        return not public(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _public_v4(ip: IPv4Address) -> bool:
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in SPECIAL_V4)


def _carried(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that packets for an IPv6 address would reach."""
    if ip in SIX_TO_FOUR:
        return IPv4Address(int(ip) >> 80 & 0xFFFFFFFF)
    if ip in TEREDO:
        return IPv4Address(~int(ip) & 0xFFFFFFFF)
    if any(ip in network for network in CARRIERS):
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return None
