"""The rule sets that measures work by, read from a pack's files: an assessment needs no database."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from wraparound.evidence.measures.context import Rules
from wraparound.evidence.measures.params import Disclosure, Hotspots, NeedsRules
from wraparound.kit.errors import BadInput
from wraparound.kit.rule_params import RuleParams

P = TypeVar("P", bound=RuleParams)


def rules_for(folders: Iterable[Path], on: date) -> Rules:
    """The rule sets in force on a day, each from the first folder that has it. Raises BadInput for a broken file."""
    places = list(folders)
    return Rules(
        disclosure=_in_force(places, "evidence.disclosure", Disclosure, on),
        hotspots=_in_force(places, "evidence.hotspots", Hotspots, on),
        needs=_in_force(places, "evidence.needs", NeedsRules, on),
    )


def _in_force(folders: Iterable[Path], name: str, schema: type[P], on: date) -> P | None:
    path = next((found for folder in folders if (found := folder / "rulesets" / f"{name}.json").exists()), None)
    if path is None:
        return None
    try:
        versions: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["versions"]
        begun = [one for one in versions if one["effective_from"] <= on.isoformat()]
        chosen = max(begun or versions, key=lambda one: (one["effective_from"] if begun else "", one["version"]))
        return schema.model_validate(chosen["params"])
    except (ValueError, KeyError, ValidationError) as error:
        raise BadInput(f"{path.name} can't be read: {str(error).splitlines()[0]}.") from error
