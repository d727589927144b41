"""`wraparound init`: an empty database made ready."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.core.management import call_command

from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.pack import open_pack
from wraparound.foundation.partners.actors import system
from wraparound.kit.registry import pack_loaders


def initialise() -> Iterator[str]:
    """Migrate, then load the pack. Yields a line for each thing done. Idempotent."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    yield "The database is up to date."
    pack = open_pack(settings.PACK)
    with acting_as(system("load_pack")):
        for name, load in pack_loaders.items():
            counts = load(pack)
            yield f"{pack.title}: {name}: " + ", ".join(f"{n} {what}" for what, n in counts.items())
