"""The matrix: every fault from 1 to 43, in both modes, and the tests that hold its outcome."""

import re
from pathlib import Path

from tests.faults.sites import FAULTS

TESTS = Path(__file__).parents[1]
SITES = "faults/test_sites.py::test_a_fault_of_a_site"

# Beside the faults of sites (`sites.FAULTS`), which a one-off meets here and the daemon in `make soak`: what is wrong,
# what comes of it, and where a one-off and the daemon are seen to do so. Where both name one test, it is of what both
# are made of.
MACHINE = {
    10: (
        "the network is down for all: after five hosts no source is blamed, and in a minute they are tried again, by a "
        "daemon a few at a time",
        "faults/test_every_call.py::test_10_the_network_is_down_for_all",
        "faults/test_every_call.py::test_10_a_daemon_tries_a_few_of_many_while_the_network_is_down",
    ),
    29: (
        "rules that do not end: the source is given up with its reason, and the others go on",
        "faults/test_machine.py::test_29_rules_that_do_not_end",
        "faults/test_machine.py::test_29_rules_that_do_not_end",
    ),
    30: (
        "the disk is full: what stands there stands, it is told, and goes on by itself",
        "faults/test_machine.py::test_30_a_full_disk",
        "faults/test_machine.py::test_30_a_full_disk",
    ),
    31: (
        "killed while it writes: never a torn file",
        "test_publish.py::test_a_killed_process_never_tears_a_file",
        "test_daemon.py::test_killed_at_any_moment_it_goes_on",
    ),
    32: (
        "killed while it fetches: the lease ends, and no entry is lost or there twice",
        "faults/test_machine.py::test_32_a_one_off_that_is_killed",
        "test_daemon.py::test_killed_at_any_moment_it_goes_on",
    ),
    33: (
        "power fails: the store is whole, if without the last run, which is repeated",
        "faults/test_machine.py::test_33_power_fails_at_any_moment_of_a_write",
        "faults/test_machine.py::test_33_power_fails_at_any_moment_of_a_write",
    ),
    34: (
        "the clock jumps, summer ends, a machine slept for a week: no run is lost, none is put off for longer than its "
        "schedule says, and what is late is looked at once, each host in its turn",
        "faults/test_clock.py::test_34_a_clock_that_jumps_brings_no_silence_and_no_stampede",
        "faults/test_clock.py::test_34_a_clock_that_jumps_brings_no_silence_and_no_stampede",
    ),
    35: (
        "the store is damaged: it is refused and left alone, and feeds are served all the same",
        "test_recovery.py::test_every_command_says_so_in_a_sentence",
        "test_recovery.py::test_feeds_are_served_all_the_same",
    ),
    36: (
        "two at once: the second daemon is refused, and a one-off beside one does no harm",
        "test_update.py::test_two_at_once_do_not_publish_twice",
        "test_daemon.py::test_one_daemon_works_on_a_folder_and_a_one_off_may_run_beside_it",
    ),
    37: (
        "a mistake in the configuration: file, line and key are named; a daemon that runs goes on by the one it has",
        "faults/test_machine.py::test_37_a_mistake_in_the_configuration",
        "test_daemon.py::test_it_follows_its_configuration_and_keeps_the_old_one_where_the_new_one_is_wrong",
    ),
    38: (
        "told to stop: nothing more is begun, leases are given back",
        "test_update.py::test_who_is_stopped_gives_back_what_is_not_done",
        "test_daemon.py::test_what_takes_too_long_is_given_up_when_it_is_told_to_stop",
    ),
    39: (
        "files, memory and threads run out: it ends in a sentence or waits, and is well again",
        "faults/test_machine.py::test_39_too_few_files_may_be_open",
        "faults/test_machine.py::test_39_no_thread_is_left",
    ),
    40: (
        "the server of the store restarts: does not apply to SQLite; a file that another program keeps locked is "
        "waited for, then told, and nothing is lost",
        "faults/test_machine.py::test_40_another_program_keeps_the_store_locked",
        "faults/test_machine.py::test_40_a_daemon_waits_for_a_store_that_another_keeps_locked",
    ),
    41: (
        "the tick stops: the process ends with a reason (a one-off has none)",
        "test_heartbeat.py::test_it_ends_what_is_not_heard_for_long_and_only_that",
        "test_daemon.py::test_a_daemon_that_hangs_ends_and_says_why",
    ),
    42: (
        "killed for want of memory: as killed while it fetches",
        "faults/test_machine.py::test_32_a_one_off_that_is_killed",
        "test_daemon.py::test_killed_at_any_moment_it_goes_on",
    ),
    43: (
        "the store is of a later release: refused in a sentence",
        "test_migrations.py::test_a_store_of_a_later_release_is_refused_in_a_sentence_by_every_command",
        "test_migrations.py::test_a_store_of_a_later_release_is_refused_in_a_sentence_by_every_command",
    ),
}


def test_every_fault_is_there() -> None:
    assert {fault.number for fault in FAULTS} | MACHINE.keys() == set(range(1, 44))


def test_every_test_is_there() -> None:
    for _, *modes in (*MACHINE.values(), ("", SITES)):
        for name in modes:
            file, _, function = name.partition("::")
            assert re.search(rf"^def {function}\(", (TESTS / file).read_text(), re.MULTILINE), name
