"""The command line: thin. Its commands are those of the modules in `feeds.commands`."""

from feeds.commands import following, getting, mending, running, telling
from feeds.commands.frame import main

__all__ = ["following", "getting", "main", "mending", "running", "telling"]
