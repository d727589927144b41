"""The demo's part of the command line: `script/wraparound demo ...`."""

from __future__ import annotations

import json
from typing import Any

import click

from wraparound.interfaces.cli import ready, stop_with


@click.group()
def demo() -> None:
    """The synthetic city."""


@demo.command("build")
@click.option("--scale", type=float, default=0.05, show_default=True, help="1 is a whole year of the city.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day of the year; today where not given.")
@click.option("--json", "as_json", is_flag=True, help="Counts and the truth file's path as JSON.")
def demo_build(scale: float, seed: int, until: Any, as_json: bool) -> None:
    """Invent a year of a city, load it, and write what was planted into a side file."""
    ready()
    from dataclasses import asdict

    from wraparound.demo.build import build
    from wraparound.kit.errors import Stop

    def say(text: str) -> None:
        if not as_json:
            click.echo(text, err=True)

    try:
        result = build(scale=scale, seed=seed, until=until.date() if until else None, say=say)
    except Stop as stop:
        stop_with(stop.sentence, as_json)
    if as_json:
        click.echo(json.dumps(asdict(result), default=str))
    else:
        for name, count in result.counts.items():
            click.echo(f"{name}: {count:,}")
        click.echo(f"Rows a second: {result.rows_per_second:,.0f}")
        click.echo(f"What was planted: {result.truth_path}")


@demo.command("serve")
@click.option("--port", type=int, default=8000, show_default=True)
def demo_serve(port: int) -> None:
    """Serve the demo on this machine, with its worker, until it is stopped."""
    ready()
    from wraparound.demo.serve import serve

    serve(port)
