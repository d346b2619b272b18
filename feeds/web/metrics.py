"""What Prometheus reads. Labels are a few known words and never a source: ten thousand cost what one does."""

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from feeds.status import Overview

TYPE = "text/plain; version=0.0.4; charset=utf-8"


class _Sources(Collector):
    def __init__(self, found: Overview | None, silent: float | None, ended: Mapping[str, int]) -> None:
        self._found = found
        self._silent = silent
        self._ended = ended

    def collect(self) -> Iterator[Metric]:
        found = self._found
        yield _gauge("feedwright_store_readable", "Whether the store can be read.", float(found is not None))
        if self._silent is not None:
            said = "Seconds for which the scheduler was not heard."
            yield _gauge("feedwright_scheduler_silent_seconds", said, self._silent)
        if self._ended:
            said = "Updates since the process began, by how they ended."
            updates = CounterMetricFamily("feedwright_updates", said, labels=["outcome"])
            for ending, count in self._ended.items():
                updates.add_metric([ending], count)
            yield updates
        if found is None:
            return
        said = "Whether config.yaml was refused, and the one before it is in force."
        yield _gauge("feedwright_config_refused", said, float(bool(found.complaint)))
        said = "Kinds of trouble in the daemon's way: files that can't be written, commands that fail."
        yield _gauge("feedwright_troubles", said, len(found.troubles))
        states = GaugeMetricFamily("feedwright_sources", "Sources by how they are.", labels=["state"])
        for state, count in found.counts.items():
            states.add_metric([state], count)
        yield states
        known = [one.known for one in found.conditions]
        late = max((one.late.total_seconds() for one in found.conditions), default=0.0)
        yield _gauge("feedwright_late_seconds", "By how much the source that is due longest is overdue.", late)
        yield _gauge("feedwright_working_sources", "Sources that are worked on.", len([k for k in known if k.working]))
        yield _gauge("feedwright_entries", "Entries that are held.", sum(k.entries for k in known))
        yield _gauge(
            "feedwright_requests_today", "Pages asked for since midnight, UTC.", sum(k.requests for k in known)
        )


def exposition(found: Overview | None, silent: float | None, ended: Mapping[str, int]) -> bytes:
    """All metrics as text. `silent` is None where nothing is scheduled, `found` where the store can't be read.

    `ended` counts updates by how they ended; it is empty where none are made.
    """
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    registry.register(_Sources(found, silent, ended))
    return generate_latest(registry)


def _gauge(name: str, said: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, said, value=value)
