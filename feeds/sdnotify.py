"""What systemd is told of a service of `Type=notify` (sd_notify(3)): a datagram, and nothing where nobody asks."""

import os
import socket
import time
from collections.abc import Mapping


def ready(status: str = "", environ: Mapping[str, str] = os.environ) -> None:
    """All is set up: also after a reload."""
    _send(["READY=1", *([f"STATUS={status}"] if status else [])], environ)


def reloading(environ: Mapping[str, str] = os.environ) -> None:
    """The configuration is being read again; `ready` ends it."""
    _send(["RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}"], environ)


def stopping(environ: Mapping[str, str] = os.environ) -> None:
    _send(["STOPPING=1"], environ)


def status(sentence: str, environ: Mapping[str, str] = os.environ) -> None:
    """One line that `systemctl status` shows."""
    _send([f"STATUS={sentence}"], environ)


def alive(environ: Mapping[str, str] = os.environ) -> None:
    """The watchdog is to wait for another WatchdogSec."""
    _send(["WATCHDOG=1"], environ)


def _send(lines: list[str], environ: Mapping[str, str]) -> None:
    address = environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    where = f"\0{address[1:]}" if address.startswith("@") else address
    said = "\n".join(" ".join(line.split()) for line in lines)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
        out.setblocking(False)  # a manager that does not read must not hold us up
        try:
            out.sendto(said.encode(), where)
        except OSError:
            return  # nobody listens any more: the service goes on, and its manager will see what it sees
