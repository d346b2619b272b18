"""When a source begins to fail for long, and when that is over: turns in its life beside those that the gate makes."""

from datetime import datetime

from feeds.model import Event, Outcome, Source


def of(source: Source, outcome: Outcome, now: datetime, after: int) -> tuple[Event, ...]:
    """What is to be told of a run. A source is said to fail once, when `after` runs in a row have failed.

    Of one that has ended nothing more is told, however often it is tried by hand, but that it can be read again.
    """
    if source.gone:
        return (
            () if outcome.gone or outcome.error else (Event(now, "recovered", "it had ended, and can be read again"),)
        )
    if outcome.gone:
        return (Event(now, "ended", outcome.error or "its site says that it has ended"),)
    if outcome.hold is not None or source.hold is not None:
        return ()  # the gate tells of those
    failed = outcome.failed or (outcome.failed is None and outcome.error is not None)
    if failed and source.failures + 1 == after:
        runs = "a run" if after == 1 else f"{after} runs in a row"
        return (Event(now, "failing", f"{runs}: {outcome.error}"),)
    if outcome.error is None and source.failures >= after:
        return (Event(now, "recovered", f"it can be read again, after {source.failures} runs that failed"),)
    return ()
