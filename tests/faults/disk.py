"""A disk that is small, and can be filled."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.installed import IN_CI, program


@contextmanager
def small(folder: Path) -> Iterator[Path]:
    """The folder is on a disk of its own, of four megabytes."""
    folder.mkdir()
    command = [program("mount"), "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, check=False)
    if mounted.returncode:  # never go on without: the disk that fills would be the machine's own
        (pytest.fail if IN_CI else pytest.skip)(f"no disk can be mounted: {mounted.stderr.decode()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(disk: Path) -> Path:
    """Nothing more goes on the disk, as long as this file is there."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)) == 4096:
                pass
        except OSError:
            pass
    return filler
