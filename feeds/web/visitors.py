"""Who asks? Pages that are for this machine alone are for no other, whatever a name or a proxy makes of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

LOCAL_NAMES = frozenset(("localhost", "127.0.0.1", "[::1]"))
# A proxy on this machine asks for others, and says so in one of these.
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: the address at the other end, the Host header, and the names of all headers, in lower case."""

    peer: str
    host: str
    headers: frozenset[str]

    @property
    def local(self) -> bool:
        """Whether a program on this machine asks, for itself, by a name that is this machine's in every DNS."""
        try:
            here = ip_address(self.peer).is_loopback
        except ValueError:
            return False
        return here and self.headers.isdisjoint(FORWARDED) and hostname(self.host) in LOCAL_NAMES


def hostname(host: str) -> str:
    """The name of a Host header, without its port, in lower case."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()


def allowed_hosts(base_url: str, others: Iterable[str] = ()) -> frozenset[str]:
    """The names under which pages that change things answer: a name that someone else had point here is none."""
    own = urlsplit(base_url).hostname or ""
    return LOCAL_NAMES | {f"[{own}]" if ":" in own else own} | frozenset(name.lower() for name in others)


def may_see(shown_to: str, visitor: Visitor) -> bool:
    """Whether pages about the sources are for this visitor: `shown_to` is local, all or off."""
    if shown_to == "all":
        return True
    return shown_to == "local" and visitor.local
