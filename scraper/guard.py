"""Connections that go only where they may: an address is looked up once, checked, and the same one connected to."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from scraper import addresses, deadline
from scraper.resolver import Found, Resolver


class Forbidden(OSError):
    """A name led to an address, or an address to a port, where we may not go; `port` is set where that was it."""

    def __init__(self, message: str, port: int | None = None) -> None:
        super().__init__(message)
        self.port = port


@dataclass(frozen=True, slots=True)
class Rules:
    """Where connections may go. `trusted` are the hosts of our own proxies."""

    allow_private: bool = False
    ports: frozenset[int] = addresses.PORTS
    trusted: frozenset[str] = frozenset()


class GuardedAdapter(HTTPAdapter):
    """requests' adapter over pools whose every connection is made by `connect`, and watched by the deadline."""

    def __init__(self, rules: Rules, **options: Any) -> None:
        self._pools = _pools(rules)
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **options: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = self._pools
        return manager


def connect(connection: HTTPConnection, rules: Rules) -> socket.socket:
    """A socket to the first address of the connection's host that answers, all of them having been checked.

    Raises what urllib3 raises, and Forbidden where any of the addresses is not public: a mixed answer is how DNS
    rebinding begins.
    """
    host, port = connection._dns_host, int(connection.port or connection.default_port or 0)
    found = _resolve(host, port, connection)
    if host not in rules.trusted:
        _check(host, port, [str(address[0]) for *_, address in found], rules)
    last: OSError | None = None
    for family, kind, protocol, _, address in found:
        sock = None
        try:
            sock = socket.socket(family, kind, protocol)  # fails where the machine has no IPv6
            for option in connection.socket_options or ():
                sock.setsockopt(*option)
            sock.settimeout(_seconds(connection))
            _watch(sock)
            sock.connect(address)
            sock.settimeout(_seconds(connection))  # for the TLS handshake, which the deadline can't break off
            return sock
        except OSError as error:
            if sock is not None:
                sock.close()
            last = error
    if isinstance(last, TimeoutError):
        raise ConnectTimeoutError(connection, f"{host} did not answer") from last
    raise NewConnectionError(connection, str(last)) from last


def _check(host: str, port: int, found: Iterable[str], rules: Rules) -> None:
    found = tuple(found)
    private = [address for address in found if not addresses.public(address)]
    if private and not rules.allow_private:
        leads = "" if host.strip("[]") == private[0] else f"leads to {private[0]}, which "
        raise Forbidden(f"{host} {leads}is not a public address")
    if len(private) < len(found) and port not in rules.ports:
        raise Forbidden(f"port {port} is not one that web sites use", port)


def _resolve(host: str, port: int, connection: HTTPConnection) -> Found:
    """The host's addresses. A resolver that hangs is left behind when the time is over."""
    try:
        found = _resolver.ask(host.strip("[]"), port, _seconds(connection))
    except socket.gaierror as error:
        raise NameResolutionError(host, connection, error) from error
    except (OSError, ValueError) as error:
        raise NameResolutionError(host, connection, socket.gaierror(str(error))) from error
    if found is None:
        raise ConnectTimeoutError(connection, f"the name {host} was not resolved in time")
    if not found:
        raise NameResolutionError(host, connection, socket.gaierror("no address"))
    return found


def _seconds(connection: HTTPConnection) -> float | None:
    """How long one step may take: the connection's own limit, and what is left of the whole."""
    own = connection.timeout if isinstance(connection.timeout, int | float) else None
    whole = deadline.current()
    if whole is None:
        return own
    left = max(whole.remaining, 0.001)
    return left if own is None else min(own, left)


def _watch(sock: socket.socket | None) -> None:
    whole = deadline.current()
    if whole is not None:
        whole.attach(sock)


def _pools(rules: Rules) -> dict[str, type[HTTPConnectionPool]]:
    """urllib3's pools, over connections that keep to the rules."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self, rules)

        def getresponse(self) -> Any:
            _watch(self.sock)
            return super().getresponse()

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self, rules)

        def getresponse(self) -> Any:
            _watch(self.sock)
            return super().getresponse()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


_resolver = Resolver()
