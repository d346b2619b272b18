"""What is said in the log of the work: a line for each update."""

import logging
from collections.abc import Iterable

from feeds.report import Report

log = logging.getLogger("feedwright")


def complain(reports: Iterable[Report]) -> None:
    """Tell which feeds could not be written."""
    for report in reports:
        if report.error:
            told(report)


def told(report: Report) -> None:
    """One line of log for one update. What is wrong with files, or with the store, is no line for each of its feeds."""
    if report.waits:
        log.info("waits feed=%s reason=%r", report.name, report.error)
        return
    if report.unwritten or report.unsaved:
        return
    if report.error:
        log.warning("%s feed=%s reason=%r", "held" if report.held else "failed", report.name, report.error)
        return
    log.info(
        "updated feed=%s new=%d changed=%d problems=%d written=%s",
        report.name, report.new, report.changed, len(report.problems), str(report.written).lower(),
    )  # fmt: skip
    for problem in report.problems:
        log.info("problem feed=%s kind=%s reason=%r", report.name, problem.kind, problem.message)
