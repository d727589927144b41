"""Loading the rule sets and code lists of a pack. Each loader is one transaction, and loading again changes nothing."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from django.db import transaction
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wraparound.foundation.areas.loading import Counts, counts_of, store
from wraparound.foundation.areas.models import Area
from wraparound.foundation.areas.pack import Pack, PackError, checked, first_mistake
from wraparound.foundation.areas.remembered import forget
from wraparound.foundation.rulesets.models import CodeList, RuleSet, RuleStatus
from wraparound.kit.rule_params import SCHEMAS

CODE_COLUMNS = ("code", "label", "group", "source", "is_provisional")


class VersionFile(BaseModel):
    """One version of a rule set as a pack states it."""

    model_config = ConfigDict(extra="forbid")

    version: str = Field(min_length=1, max_length=40)
    area: str
    area_vintage: str = ""
    effective_from: date
    effective_to: date | None = None  # the last day on which it holds
    title: str = Field(min_length=1, max_length=200)
    status: RuleStatus
    source: str = Field(min_length=1)
    source_url: str = Field(default="", max_length=500)
    provisional_params: list[str] = []
    params: dict[str, Any]


class RuleSetFile(BaseModel):
    """One file of `rulesets/`: all versions of one name."""

    model_config = ConfigDict(extra="forbid")

    name: str
    versions: list[VersionFile] = Field(min_length=1)


@transaction.atomic
def load_rulesets(pack: Pack) -> Counts:
    """Every file of `rulesets/`, each checked against the schema of its name.

    A version that is loaded already keeps its parameters, area and first day: outcomes refer to it. Raises PackError
    where a file would change them, naming what to do; and for whatever else is wrong, naming the parameter.
    """
    done: list[str] = []
    for name in pack.files("rulesets", ".json"):
        where = f"{pack.slug}/{name}"
        content = checked(RuleSetFile, pack.json(name), where)
        if f"rulesets/{content.name}.json" != name:
            raise PackError(f"{where}, name: it says {content.name!r}; the file must have the same name.")
        if content.name not in SCHEMAS:
            known = ", ".join(sorted(SCHEMAS))
            raise PackError(f"{where}, name: no part of the programme has rules {content.name!r}. Known: {known}.")
        _check_order(content, where)
        done += [_store_version(content.name, version, where) for version in content.versions]
    forget()
    return counts_of(done)


@transaction.atomic
def load_codes(pack: Pack) -> Counts:
    """Every list of `codes/`, in the order of its lines.

    A code that a list no longer has is kept: records that carry it must still be readable.
    """
    done: list[str] = []
    for name in pack.files("codes", ".csv"):
        list_name = name.removeprefix("codes/").removesuffix(".csv")
        held = {code.code: code for code in CodeList.objects.filter(list_name=list_name)}
        seen: dict[str, int] = {}
        for position, row in enumerate(pack.rows(name, CODE_COLUMNS), start=1):
            code = row.needed("code")
            if code in seen:
                raise row.error("code", f"{code} stands in line {seen[code]} already.")
            seen[code] = row.line
            values: dict[str, object] = {
                "label": row.needed("label"),
                "group": row["group"],
                "position": position,
                "source": row["source"],
                "is_provisional": row.flag("is_provisional"),
            }
            done.append(store(held.get(code), CodeList, {"list_name": list_name, "code": code}, values))
    forget()
    return counts_of(done)


def _check_order(content: RuleSetFile, where: str) -> None:
    """No version named twice; no two of one area in force on one day."""
    names = [version.version for version in content.versions]
    for name in names:
        if names.count(name) > 1:
            raise PackError(f"{where}, version {name} stands there twice.")
    for area in {version.area for version in content.versions}:
        ordered = sorted((v for v in content.versions if v.area == area), key=lambda v: v.effective_from)
        for version in ordered:
            if version.effective_to and version.effective_to < version.effective_from:
                raise PackError(f"{where}, version {version.version}, effective_to: it ends before it begins.")
        for one, following in pairwise(ordered):
            if one.effective_to is None or one.effective_to >= following.effective_from:
                raise PackError(
                    f"{where}, version {following.version}, effective_from: version {one.version} is still in force "
                    "on that day. Give that one an effective_to before it."
                )


def _store_version(name: str, version: VersionFile, where: str) -> str:
    where = f"{where}, version {version.version}"
    params = _params(name, version, where)
    area = _area(version, where)
    held = RuleSet.objects.filter(name=name, area=area, version=version.version).first()
    fixed = {"params": params, "effective_from": version.effective_from}
    if held is not None and any(getattr(held, field) != value for field, value in fixed.items()):
        raise PackError(
            f"{where}: this version is loaded already, with other parameters or another first day, and outcomes may "
            "refer to it. Leave it as it was, give it an effective_to, and add the new rules as a new version."
        )
    values: dict[str, object] = {
        "effective_to": version.effective_to,
        "title": version.title,
        "status": version.status.value,
        "source": version.source,
        "source_url": version.source_url,
        "provisional_params": version.provisional_params,
    }
    keys: dict[str, object] = {"name": name, "area": area, "version": version.version}
    return store(held, RuleSet, keys if held else keys | fixed, values)


def _params(name: str, version: VersionFile, where: str) -> dict[str, Any]:
    """The parameters as the schema reads them, in the form in which they are stored."""
    schema = SCHEMAS[name]
    try:
        params = schema.model_validate(version.params)
    except ValidationError as wrong:
        raise PackError(f"{where}, parameter {first_mistake(wrong)}") from wrong
    for part in version.provisional_params:
        if part.split(".")[0] not in schema.model_fields:
            raise PackError(f"{where}, provisional_params: {part!r} is no parameter of {name}.")
    return params.model_dump(mode="json")


def _area(version: VersionFile, where: str) -> Area:
    areas = Area.objects.filter(code=version.area)
    if version.area_vintage:
        areas = areas.filter(vintage=version.area_vintage)
    found = areas.order_by("-vintage").first()
    if found is None:
        raise PackError(f"{where}, area: no area with the code {version.area} is loaded.")
    return found
