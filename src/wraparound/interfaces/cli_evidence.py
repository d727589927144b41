"""The evidence floor's part of the command line: `script/wraparound evidence|figures|assess|foresight ...`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click

from wraparound.interfaces.cli import PATH, ready, stop_with


@click.group()
def evidence() -> None:
    """The evidence store: open data and extracts, as Parquet under WRAPAROUND_VAR."""


@evidence.command("load")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def evidence_load(paths: tuple[Path, ...], as_json: bool) -> None:
    """Load files and folders, each recognised by what stands in it. docs/reference/evidence-files.md has the kinds."""
    from wraparound.interfaces.commands.evidence import load, print_load

    report = load(paths)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        print_load(report, click.echo)
    if any("error" in file for file in report["files"]):
        raise SystemExit(2)


@evidence.command("extract")
@click.option("--purpose", required=True, help="What it is for: written into the access log and the manifest.")
@click.option("--json", "as_json", is_flag=True, help="The manifests as JSON.")
def evidence_extract(purpose: str, as_json: bool) -> None:
    """Draw this platform's incidents, referrals, hearings and transfers into the store, pseudonymised."""
    ready()
    from wraparound.evidence.store.extracts import extract
    from wraparound.kit.errors import Stop

    try:
        drawn = extract(purpose=purpose)
    except Stop as stop:
        stop_with(stop.sentence, as_json)
    if as_json:
        click.echo(json.dumps({"loads": [one.as_json() for one in drawn]}, ensure_ascii=False))
    else:
        for one in drawn:
            click.echo(f"{one.kind}: {one.rows_kept:,} rows")


@evidence.command("list")
@click.option("--json", "as_json", is_flag=True, help="The manifests as JSON.")
def evidence_list(as_json: bool) -> None:
    """What the store holds: each load with its rows, months and source."""
    from wraparound.interfaces.commands.evidence import listed, print_listed

    found = listed()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        print_listed(found, click.echo)


@evidence.command("forget")
@click.argument("load")
def evidence_forget(load: str) -> None:
    """Take a load out of the store again, by the beginning of its checksum (`evidence list` shows it)."""
    from wraparound.interfaces.commands.evidence import forget
    from wraparound.kit.errors import Stop

    try:
        click.echo(forget(load))
    except Stop as stop:
        stop_with(stop.sentence, False)


@click.group()
def figures() -> None:
    """The figures that were published, and their arithmetic done again."""


@figures.command("check")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def figures_check(as_json: bool) -> None:
    """Hold every claim of the papers against their own numbers, each read as an interval. Needs no database."""
    ready(wants_tables=False)
    from wraparound.interfaces.commands.figures import check, print_check
    from wraparound.kit.errors import Stop

    try:
        found = check()
    except Stop as stop:
        stop_with(stop.sentence, as_json)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        print_check(found, click.echo)


@figures.command("list")
@click.option("--group", default="", help="Any part of a group's name, such as MARAC.")
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
def figures_list(group: str, as_json: bool) -> None:
    """The figures with their days, places, sources and lines. Needs no database."""
    ready(wants_tables=False)
    from wraparound.interfaces.commands.figures import listed, print_list
    from wraparound.kit.errors import Stop

    try:
        found = listed(group=group)
    except Stop as stop:
        stop_with(stop.sentence, as_json)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        print_list(found, click.echo)


@click.group()
def assess() -> None:
    """Draw an assessment from the evidence store: HTML, PDF, Excel, CSV and JSON. It needs no database."""


def _assess(name: str, out: Path, as_json: bool, **wanted: str) -> None:
    ready(wants_tables=False)
    from wraparound.interfaces.commands import assess as commands
    from wraparound.interfaces.commands.assess import print_assessment
    from wraparound.kit.errors import Stop

    try:
        found = getattr(commands, name)(out=out, **wanted)
    except Stop as stop:
        stop_with(stop.sentence, as_json)
    except OSError as error:
        stop_with(f"{error.filename or out} can't be written: {error.strerror}.", as_json)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        print_assessment(found, click.echo)


def _assessed(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every kind of assessment takes."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="What was made, with every measure, as JSON."),
        click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="A folder."),
        click.option("--to", "last", required=True, help="The last month, such as 2014-12."),
        click.option("--from", "first", required=True, help="The first month, such as 2014-01."),
        click.option("--area", required=True, help="A pack's name, or a folder with an area.json."),
    ):
        command = option(command)
    return command


@assess.command("strategic")
@_assessed
def assess_strategic(area: str, first: str, last: str, out: Path, as_json: bool) -> None:
    """The community safety partnership's strategic assessment."""
    _assess("assess", out, as_json, kind="strategic", area=area, first=first, last=last)


@assess.command("needs")
@_assessed
def assess_needs(area: str, first: str, last: str, out: Path, as_json: bool) -> None:
    """The domestic-abuse needs assessment."""
    _assess("assess", out, as_json, kind="needs", area=area, first=first, last=last)


@assess.command("refresh")
@click.argument("edition")
@click.option("--area", default="", help="The folder of an area that is in no pack.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="A folder.")
@click.option("--json", "as_json", is_flag=True, help="What was made, with every measure, as JSON.")
def assess_refresh(edition: str, area: str, out: Path, as_json: bool) -> None:
    """Draw an edition again from what the store holds now, such as strategic-birmingham-2014-01."""
    _assess("again", out, as_json, reference=edition, area=area)


@click.group()
def foresight() -> None:
    """What may come: a simulation of capacity, and forecasts of monthly counts."""


@foresight.command("capacity")
@click.option("--referrals", default="", help="By how much new referrals change, such as +20%.")
@click.option("--move-on", default="", help="By how much the pace of move-on from refuge changes, such as -25%.")
@click.option("--replications", default=1000, show_default=True, help="How often the year is simulated.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same numbers.")
@click.option("--json", "as_json", is_flag=True, help="The run as JSON.")
def foresight_capacity(referrals: str, move_on: str, replications: int, seed: int, as_json: bool) -> None:
    """Simulate MARAC slots, IDVAs and refuge: as it is, and with the changes. Needs no database."""
    ready(wants_tables=False)
    from wraparound.interfaces.commands.foresight import capacity, print_capacity
    from wraparound.kit.errors import Stop

    try:
        found = capacity(referrals=referrals, move_on=move_on, replications=replications, seed=seed)
    except Stop as stop:
        stop_with(stop.sentence, as_json)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        print_capacity(found, click.echo)


@foresight.command("forecast")
@click.argument("file", type=PATH, required=False)
@click.option("--series", default="", help="Of the evidence store: FORCE:COUNT, such as warwickshire:crimes.")
@click.option("--area-kind", default="city", show_default=True, help="What the file counts: city, force, ward ...")
@click.option("--months", default=12, show_default=True, help="How many months to look ahead.")
@click.option("--json", "as_json", is_flag=True, help="The forecast as JSON.")
def foresight_forecast(file: Path | None, series: str, area_kind: str, months: int, as_json: bool) -> None:
    """Look ahead from monthly counts (a CSV file: month,count), or say why not. Needs no database."""
    ready(wants_tables=False)
    from wraparound.interfaces.commands.foresight import look_ahead, print_forecast
    from wraparound.kit.errors import Stop

    try:
        found = look_ahead(file=file, series=series, area_kind=area_kind, horizon=months)
    except Stop as stop:
        stop_with(stop.sentence, as_json)
    except OSError as error:
        stop_with(f"{file} can't be read: {error.strerror}.", as_json)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        print_forecast(found, click.echo)
