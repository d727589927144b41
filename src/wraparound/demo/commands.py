"""The demo's part of the command line: `script/wraparound demo ...`."""

from __future__ import annotations

import json
from pathlib import Path
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


@demo.command("check")
@click.option(
    "--truth",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The side file that `demo build` wrote.",
)
@click.option("--stages", is_flag=True, help="Also before anyone decided, and after a perfect reviewer has.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def demo_check(truth: Path, stages: bool, as_json: bool) -> None:
    """Hold what the system found against what was planted: repeats, and records of one person."""
    ready()
    from wraparound.demo.checking import check, check_stages
    from wraparound.kit.errors import Stop

    try:
        result = check(truth)
        if stages:
            result["stages"] = check_stages(truth)
    except Stop as stop:
        stop_with(stop.sentence, as_json)
    if as_json:
        click.echo(json.dumps(result))
        return
    for name in ("repeats", "same_person"):
        click.echo(_score_line(name, result[name]))
    for one in result["proportions"]:
        click.echo(f"{one['name']}: published {one['published']:g}, generated {one['generated']:g}")
    for stage, scores in result.get("stages", {}).items():
        click.echo(f"{stage}:")
        for name, score in scores.items():
            line = _score_line(name, score) if "recall" in score else f"{name}: {score}"
            click.echo(f"  {line}")


def _score_line(name: str, score: dict[str, float]) -> str:
    return (
        f"{name}: {score['found']:,} of {score['planted']:,} found, {score['false']:,} false;"
        f" precision {score['precision']:.3f}, recall {score['recall']:.3f}"
    )


@demo.command("offences")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A .csv or .csv.gz to write."
)
@click.option("--rows", type=int, default=60_000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), default="2026-03-31", show_default=True, help="The last day."
)
@click.option("--area", default="birmingham", show_default=True, help="A pack's name, or a folder with an area.json.")
def demo_offences(out: Path, rows: int, seed: int, until: Any, area: str) -> None:
    """Invent an offence-level extract of a year, each row marked synthetic, for `evidence load`."""
    from wraparound.demo.offences import write_offences
    from wraparound.kit.errors import Stop

    try:
        count = write_offences(out, rows=rows, seed=seed, until=until.date(), pack=area)
    except Stop as stop:
        stop_with(stop.sentence, False)
    click.echo(f"{out}: {count:,} invented offences")


@demo.command("serve")
@click.option("--port", type=int, default=8000, show_default=True)
def demo_serve(port: int) -> None:
    """Serve the demo on this machine, with its worker, until it is stopped."""
    ready()
    from wraparound.demo.serve import serve

    serve(port)
