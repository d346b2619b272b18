"""Connections that go only where they may: the address is looked up once, checked, and the same one connected to."""

import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from scraper import policy


class PrivateAddress(OSError):
    """A name led to an address that is not public."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(f"{host} leads to {address}, which is not a public address")
        self.host, self.address = host, address


def connect(connection: HTTPConnection, *, allow_private: bool) -> socket.socket:
    """A socket to the first address of the connection's host that answers, all of them having been checked.

    Raises what urllib3 raises, and PrivateAddress where any of the addresses is not public: a mixed answer is how DNS
    rebinding begins.
    """
    host, port = connection._dns_host, connection.port
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        reason = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
        raise NameResolutionError(host, connection, reason) from error
    if not allow_private:
        for *_, address in found:
            if not policy.public(str(address[0])):
                raise PrivateAddress(host, str(address[0]))
    last: OSError | None = None
    for family, kind, protocol, _, address in found:
        sock = socket.socket(family, kind, protocol)
        try:
            for option in connection.socket_options or ():
                sock.setsockopt(*option)
            sock.settimeout(connection.timeout)
            sock.connect(address)
            return sock
        except OSError as error:
            sock.close()
            last = error
    if isinstance(last, TimeoutError):
        raise ConnectTimeoutError(connection, f"{host} did not answer in {connection.timeout} s") from last
    raise NewConnectionError(connection, str(last)) from last


class GuardedAdapter(HTTPAdapter):
    """requests' adapter over pools whose connections are made by `connect`."""

    def __init__(self, *, allow_private: bool, **options: Any) -> None:
        self._allow_private = allow_private
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        allowed = self._allow_private

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return connect(self, allow_private=allowed)

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return connect(self, allow_private=allowed)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
