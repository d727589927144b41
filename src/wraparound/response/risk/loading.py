"""Loading the instruments that come with the programme. Loading again changes nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from django.db import transaction
from pydantic import BaseModel, ConfigDict, Field

from wraparound.foundation.areas.loading import Counts, counts_of, store
from wraparound.foundation.areas.pack import Pack, PackError, checked, read_json
from wraparound.foundation.areas.remembered import forget
from wraparound.response.risk.models import Instrument, InstrumentVersion, Item

FOLDER = Path(__file__).parent / "instruments"


class AnswerFile(BaseModel):
    """One answer of a scale."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=1, max_length=20)
    label: str = Field(min_length=1, max_length=40)
    affirms: bool = False  # whether it says that what the topic names is there


class ItemFile(BaseModel):
    """One item of a version."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(pattern=r"^[a-z][a-z_]*$", max_length=40)
    number: int = Field(ge=0)  # 0: asked before the first question, without a number
    kind: Literal["yesno", "frequency", "free"]
    group: str = Field(min_length=1, max_length=60)
    topic: str = Field(min_length=1, max_length=200)
    hint: str = Field(default="", max_length=300)
    is_counted: bool = False
    asked_if_item: str = ""
    asked_if_answer: str = ""
    is_provisional: bool = False


class VersionFile(BaseModel):
    """One version of an instrument."""

    model_config = ConfigDict(extra="forbid")

    version: str = Field(min_length=1, max_length=30)
    effective_from: date
    is_provisional: bool
    source: str = Field(min_length=1)
    acknowledgement: str = Field(min_length=1)
    scales: dict[str, list[AnswerFile]]
    items: list[ItemFile] = Field(min_length=1)


class InstrumentFile(BaseModel):
    """One file of `instruments/`."""

    model_config = ConfigDict(extra="forbid")

    key: str
    name: str
    is_totalled: bool
    about: str
    versions: list[VersionFile] = Field(min_length=1)


@transaction.atomic
def load_instruments(pack: Pack | None = None, folder: Path = FOLDER) -> Counts:
    """Every instrument with its versions and items; the same in every area, so `pack` is not read.

    Licensed wording that was loaded is kept. Raises PackError, naming the file and the item, for what is wrong.
    """
    done: list[str] = []
    for path in sorted(folder.glob("*.json")):
        where = f"instruments/{path.name}"
        content = checked(InstrumentFile, read_json(path, where), where)
        held = Instrument.objects.filter(key=content.key).first()
        about: dict[str, object] = {
            "name": content.name,
            "is_totalled": content.is_totalled,
            "about": content.about,
        }
        done.append(store(held, Instrument, {"key": content.key}, about))
        instrument = Instrument.objects.get(key=content.key)
        for version in content.versions:
            done += _load_version(instrument, version, f"{where}, version {version.version}")
    forget()
    return counts_of(done)


def _load_version(instrument: Instrument, content: VersionFile, where: str) -> list[str]:
    _check_items(content, where)
    keys: dict[str, object] = {"instrument": instrument, "version": content.version}
    values: dict[str, object] = {
        "effective_from": content.effective_from,
        "source": content.source,
        "acknowledgement": content.acknowledgement,
        "scales": {kind: [a.model_dump() for a in answers] for kind, answers in content.scales.items()},
        "is_provisional": content.is_provisional,
    }
    done = [store(InstrumentVersion.objects.filter(**keys).first(), InstrumentVersion, keys, values)]
    version = InstrumentVersion.objects.get(**keys)
    held = {item.key: item for item in version.items.all()}
    gone = sorted(set(held) - {item.key for item in content.items})
    if gone:
        raise PackError(
            f"{where}: the item {gone[0]} is loaded already and assessments may refer to it. Leave it, and make the "
            "shorter list a new version."
        )
    for item in content.items:
        values = item.model_dump(exclude={"key"})
        done.append(store(held.get(item.key), Item, {"version": version, "key": item.key}, values))
    return done


def _check_items(content: VersionFile, where: str) -> None:
    """No key twice; a follow-up hangs on an earlier item, and on an answer that this item has."""
    before: dict[str, ItemFile] = {}
    for item in content.items:
        if item.key in before:
            raise PackError(f"{where}: the item {item.key} stands there twice.")
        if item.kind != "free" and item.kind not in content.scales:
            raise PackError(f"{where}, item {item.key}: there are no answers of the kind {item.kind}.")
        if bool(item.asked_if_item) != bool(item.asked_if_answer):
            raise PackError(f"{where}, item {item.key}: give both an item and an answer on which it hangs.")
        if item.asked_if_item:
            parent = before.get(item.asked_if_item)
            if parent is None:
                raise PackError(f"{where}, item {item.key}: {item.asked_if_item} is no item before it.")
            codes = {answer.code for answer in content.scales.get(parent.kind, [])} | {"yes"}
            if parent.kind == "free" or item.asked_if_answer not in codes:
                raise PackError(f"{where}, item {item.key}: {item.asked_if_answer} is no answer of {parent.key}.")
        before[item.key] = item
