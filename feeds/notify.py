"""A command of the user's own that is told of each turn in a source's life: to send a mail, to ring a bell."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from feeds import bulletin, hook
from feeds.configuration import Config
from feeds.model import Told
from feeds.store import Store
from feeds.text import line

# A command is run so often in one go at most; the rest is told in one sentence. Then it is left alone for a while, and
# for longer where it failed: a network that is down degrades a thousand sources at once.
AT_ONCE, PAUSE_SECONDS, AGAIN_SECONDS = 5, 60.0, 600.0
# What happened, where that is told of several in one sentence.
MORE = "more"
# Older turns are no news: a command that is configured today is not told of last year.
NEWS = timedelta(days=1)


@dataclass(slots=True)
class Notifier:
    """What was not told because of the pause, or because the command failed, is told next time."""

    _quiet_until: float = field(default=float("-inf"))
    _why: str | None = field(default=None)

    def tell(self, config: Config, store: Store, now: datetime) -> str | None:
        """Tell what is new. A sentence says why the command fails, from when it did until it took something.

        Raises StoreError.
        """
        command = config.notify.command
        if command is None:
            self._why = None
        elif time.monotonic() >= self._quiet_until:
            self._tell(command, config, store, now)
        return self._why

    def _tell(self, command: Sequence[str], config: Config, store: Store, now: datetime) -> None:
        pending = store.untold(now - NEWS)
        if not pending:
            self._why = None  # there is nothing left that it could fail to take
            return
        for arguments, told in _calls(pending):
            folder = config.path.absolute().parent
            self._why = hook.once("notify.command", command, arguments, folder, config.notify.timeout)
            if self._why:
                self._quiet_until = time.monotonic() + AGAIN_SECONDS
                return
            store.mark_told([one.number for one in told])
        self._quiet_until = time.monotonic() + PAUSE_SECONDS


def _calls(pending: tuple[Told, ...]) -> list[tuple[list[str], tuple[Told, ...]]]:
    """What follows the command's own arguments, a call each, and the turns that it tells."""
    alone = pending if len(pending) <= AT_ONCE else pending[: AT_ONCE - 1]
    calls: list[tuple[list[str], tuple[Told, ...]]] = [
        ([one.event.kind, one.name, _said(one)], (one,)) for one in alone
    ]
    if rest := pending[len(alone) :]:
        calls.append(([MORE, "", f"{len(rest)} more: see `feedwright status`"], rest))
    return calls


def _said(one: Told) -> str:
    return line(f"{bulletin.sentence(one.name, one.event)}: {one.event.said}")
