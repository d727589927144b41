"""The command line: `script/wraparound ...`. Each command parses, calls a service, and prints."""

from __future__ import annotations

import os
import sys

import click


@click.group()
def main() -> None:
    """Wraparound's command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wraparound.interfaces.settings")


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Any command of Django's (migrate, makemigrations, check ...)."""
    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0], *arguments])


@main.command()
def init() -> None:
    """Make an empty database ready: migrations and the pack. Running it again changes nothing."""
    from wraparound.interfaces.commands import setup_django

    setup_django()
    from wraparound.interfaces.commands.initialise import initialise

    for line in initialise():
        click.echo(line)
