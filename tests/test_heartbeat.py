"""feeds.heartbeat: who is not heard for long has to go."""

from feeds.heartbeat import LOOK_SECONDS, SILENT_LOOKS, Heartbeat


def test_it_ends_what_is_not_heard_for_long_and_only_that() -> None:
    ended: list[str] = []
    told: list[bool] = []
    heart = Heartbeat(end=ended.append, alive=lambda: told.append(True))
    for _ in range(3 * SILENT_LOOKS):
        heart.beat()
        heart.look()
    assert ended == [] and len(told) == 3 * SILENT_LOOKS
    for _ in range(SILENT_LOOKS - 1):
        heart.look()
    assert ended == [] and heart.silent == (SILENT_LOOKS - 1) * LOOK_SECONDS
    heart.look()
    assert len(ended) == 1 and f"{SILENT_LOOKS} seconds" in ended[0]
    assert len(told) == 3 * SILENT_LOOKS


def test_it_is_well_again_once_it_is_heard() -> None:
    ended: list[str] = []
    heart = Heartbeat(end=ended.append)
    for _ in range(4):
        heart.beat()
        for _ in range(SILENT_LOOKS - 1):
            heart.look()
    assert ended == []


def test_it_ends_what_hangs_though_it_is_heard() -> None:
    ended: list[str] = []
    reasons = iter(["", "all of them hang"])
    heart = Heartbeat(lambda: next(reasons), ended.append)
    for _ in range(2):
        heart.beat()
        heart.look()
    assert ended == ["all of them hang"]
