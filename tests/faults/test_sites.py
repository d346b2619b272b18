"""Faults of sites, 1 to 29: the stated outcome of each, in both modes, and what holds after every one of them."""

import pytest

from tests.faults.sites import FAULTS, POSTS, Fault
from tests.faults.story import MODES, Story, told_of


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A daemon takes its time to meet all faults: `make soak` has that."""
    if "mode" in metafunc.fixturenames:
        modes = [*MODES] if metafunc.config.getoption("thorough") else ["one-off"]
        metafunc.parametrize("mode", modes, scope="module")


@pytest.fixture(scope="module")
def story(mode: str, tmp_path_factory: pytest.TempPathFactory) -> Story:
    return MODES[mode](tmp_path_factory.mktemp(mode))


def test_what_holds_after_every_fault(story: Story) -> None:
    for seen in (story.well, story.meanwhile, story.after):
        seen.holds()
        assert seen.files.keys() == {fault.slug for fault in FAULTS}


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.slug for fault in FAULTS])
def test_a_fault_of_a_site(story: Story, mode: str, fault: Fault) -> None:
    before, meanwhile, after = (seen.entries(fault.slug) for seen in (story.well, story.meanwhile, story.after))
    row = story.meanwhile.rows[fault.slug]
    said = told_of(fault.slug, story.meanwhile.told)
    assert len(before) == len(POSTS)
    assert before.items() <= meanwhile.items() <= after.items(), "an entry was lost, or is another one"
    assert len(meanwhile) == len(POSTS) + fault.more
    if fault.outcome == "well":
        assert (row.failures, row.error, row.gone) == (0, None, False)
    else:
        assert story.meanwhile.files[fault.slug] == story.well.files[fault.slug]
        assert row.failures > 0 and row.error is not None and fault.reason in row.error
        assert row.gone == (fault.outcome == "gone")
        assert any("held" in line for line in said) == (fault.outcome == "held")
        assert any(fault.reason in line for line in said)
    ended = fault.outcome == "gone" and mode == "daemon"
    assert len(after) == len(POSTS) + fault.more + (not ended)
    assert (story.after.rows[fault.slug].error is None) != ended
