"""The command line: `script/wraparound ...`. Each command parses, calls one function, and prints."""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

PATH = click.Path(dir_okay=False, path_type=Path)


def ready(*, wants_tables: bool = True) -> None:
    """Make Django ready, and stop with the remedy where the database is still empty."""
    from wraparound.interfaces.commands import is_initialised, setup_django

    setup_django()
    if wants_tables and not is_initialised():
        stop_with("The database is empty. Run: script/wraparound init", "--json" in sys.argv)


def stop_with(sentence: str, as_json: bool) -> NoReturn:
    """Say why nothing was done, in the form that was asked for, and leave with 2."""
    if as_json:
        click.echo(json.dumps({"error": sentence}))
    else:
        click.echo(f"Stopped: {sentence}", err=True)
    raise SystemExit(2)


# Groups that are read only when they are asked for, found by name: those of floors above this one, so that nothing
# here depends on them, and those of the evidence floor.
CONTRIBUTED = {
    "demo": "wraparound.demo.commands.demo",
    **{name: f"wraparound.interfaces.cli_evidence.{name}" for name in ("evidence", "figures", "assess", "foresight")},
}


class _WithContributed(click.Group):
    """A group that knows the commands of floors above it by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *CONTRIBUTED})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in CONTRIBUTED:
            module, _, name = CONTRIBUTED[cmd_name].rpartition(".")
            command = getattr(import_module(module), name)
            return command if isinstance(command, click.Command) else None
        return super().get_command(ctx, cmd_name)


@click.group(cls=_WithContributed)
@click.version_option(package_name="wraparound")
def main() -> None:
    """Wraparound: the shared working system of a city's coordinated response to domestic abuse."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wraparound.interfaces.settings")


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Any command of Django's: migrate, makemigrations, check ..."""
    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0], *arguments])


@main.command()
def init() -> None:
    """Make an empty database ready: migrations and the pack. Running it again changes nothing."""
    ready(wants_tables=False)
    from wraparound.interfaces.commands.initialise import initialise
    from wraparound.kit.errors import Stop

    try:
        for line in initialise():
            click.echo(line)
    except Stop as stop:
        stop_with(stop.sentence, False)


@main.command()
def tick() -> None:
    """Do what is due: reminders, escalations, lapses, sweeps. For cron or a timer, each minute."""
    ready()
    from wraparound.interfaces.commands.tick import tick as run

    for name, count in run().items():
        click.echo(f"{name}: {count}")


@main.command()
def work() -> None:
    """Run a worker: the queue's tasks, and each minute what is due."""
    ready()
    from wraparound.interfaces.commands.work import work as run

    run()


@main.group("import")
def import_() -> None:
    """Take in a partner's files."""


@import_.command("incidents")
@click.argument("file", type=PATH)
@click.option("--children", type=PATH, help="The children connected to those incidents.")
@click.option("--dry-run", is_flag=True, help="Check and report; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def import_incidents(file: Path, children: Path | None, dry_run: bool, as_json: bool) -> None:
    """Import a force's incidents.csv (CSV, XLSX or JSON lines). docs/reference/file-formats.md has the columns."""
    ready()
    from wraparound.interfaces.commands.incidents import print_report
    from wraparound.kit.errors import Stop
    from wraparound.response.cases.importing.commands import import_incidents as run

    def progress(text: str) -> None:
        if not as_json:
            click.echo(text, err=True)

    try:
        report = run(file, children=children, dry_run=dry_run, progress=progress)
    except Stop as stop:
        stop_with(stop.sentence, as_json)
    except OSError as error:
        stop_with(f"{file} can't be read: {error.strerror}.", as_json)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        print_report(report, click.echo)


@main.group("export")
def export() -> None:
    """Write files that Wraparound can take in again."""


@export.command("incidents")
@click.option("--out", type=PATH, help="Where to write; standard output where it isn't given.")
@click.option("--children", type=PATH, help="Where to write the children's file.")
def export_incidents(out: Path | None, children: Path | None) -> None:
    """Write incidents in the format of `import incidents`. Protected addresses are withheld."""
    ready()
    from wraparound.interfaces.commands.incidents import export_to

    try:
        export_to(out, children)
    except OSError as error:
        stop_with(f"{error.filename or 'The export'} can't be written: {error.strerror}.", as_json=False)


@main.group("return")
def return_() -> None:
    """Draw a statutory or national return from the record."""


@return_.command("marac")
@click.option("--quarter", required=True, help="The calendar quarter of the meetings, such as 2025Q3.")
@click.option("--area", default="", help="The code of the MARAC's area, where there are several.")
@click.option("--publish", is_flag=True, help="Withhold small numbers, and others by which they could be worked out.")
@click.option("--json", "as_json", is_flag=True, help="The return as JSON.")
def return_marac(quarter: str, area: str, publish: bool, as_json: bool) -> None:
    """The MARAC's quarterly return: whole, for the partnership, or with --publish as it may leave it."""
    ready()
    from wraparound.interfaces.commands.returns import marac_return, print_return
    from wraparound.kit.errors import Stop

    try:
        found = marac_return(quarter=quarter, area=area, publish=publish)
    except Stop as stop:
        stop_with(stop.sentence, as_json)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        print_return(found, click.echo)


@main.group()
def account() -> None:
    """Accounts, where no administrator can make them yet."""


@account.command("add")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--organisation", required=True, help="Its slug in the pack.")
@click.option("--role", required=True)
def account_add(email: str, name: str, organisation: str, role: str) -> None:
    """Give someone an account and a role, and print a first password."""
    ready()
    from wraparound.interfaces.commands.accounts import add_account
    from wraparound.kit.errors import Stop

    try:
        click.echo(add_account(email=email, name=name, organisation=organisation, role=role))
    except Stop as stop:
        stop_with(stop.sentence, False)


if __name__ == "__main__":
    main()
