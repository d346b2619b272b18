"""What stays: the daemon, the server, and the demonstration of both."""

import os
import sys
from pathlib import Path

import click

from feeds.commands.frame import FAILED, command, configuration


@command
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Serve on this port instead of web.port; 0 takes a free one.",
)
def run(config_path: Path, port: int | None) -> None:
    """Update the feeds when they are due, and serve them, until told to stop.

    \b
    Example:
        feedwright run --port 8085
    """
    from feeds import app, daemon, serving
    from feeds.errors import StoreDamaged
    from feeds.reload import Followed

    config = configuration(config_path)
    followed = Followed(config, lambda: configuration(config_path))
    with (
        app.sole(config) as sole,
        serving.listen(config.web.host, config.web.port if port is None else port) as listener,
    ):
        config = app.on_port(config, listener.getsockname()[1])
        try:
            with app.opened(config) as updater, app.hub(config, updater.store) as hub:
                if not daemon.Daemon(updater, hub, followed, sole).run(listener):
                    os._exit(0)  # Python would wait for what we gave up, and the store must not be closed under it
        except StoreDamaged as error:
            serving.degraded(config, listener, error)
            sys.exit(FAILED)


@command
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Serve on this port instead of web.port; 0 takes a free one.",
)
def serve(config_path: Path, port: int | None) -> None:
    """Serve what is in out/, and fetch nothing.

    \b
    Example:
        feedwright serve
    """
    from feeds import app, serving
    from feeds.errors import StoreDamaged

    config = configuration(config_path)
    with serving.listen(config.web.host, config.web.port if port is None else port) as listener:
        config = app.on_port(config, listener.getsockname()[1])
        try:
            with app.remembered(config) as store, app.hub(config, store) as hub:
                serving.serve(config, listener, store, hub)
        except StoreDamaged as error:
            serving.degraded(config, listener, error)


@command
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Serve the feed on this port.")
@click.option("--every", type=click.IntRange(1, 3600), default=10, show_default=True, help="Seconds between new posts.")
def demo(config_path: Path, port: int, every: int) -> None:
    """Serve the sample site on this machine and follow it live, a new post every few seconds.

    \b
    Example:
        feedwright demo
    """
    from feeds import demonstration

    demonstration.run(port, every)
