"""The rule sets that measures work by, read from a pack's files: an assessment needs no database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from wraparound.evidence.measures.context import Rules
from wraparound.evidence.measures.params import Disclosure, Hotspots, NeedsRules
from wraparound.kit.errors import BadInput
from wraparound.kit.rule_params import RuleParams

P = TypeVar("P", bound=RuleParams)


def rules_for(own: Path, others: Sequence[Path], on: date) -> Rules:
    """The rule sets in force on a day. Raises BadInput for a file that can't be read.

    How to count (hotspots, disclosure) is taken from another pack where the own folder has none. What is needed here
    (`evidence.needs`) holds this area's own numbers, and never comes from another.
    """
    return Rules(
        disclosure=_in_force([own, *others], "evidence.disclosure", Disclosure, on),
        hotspots=_in_force([own, *others], "evidence.hotspots", Hotspots, on),
        needs=_in_force([own], "evidence.needs", NeedsRules, on),
    )


def _in_force(folders: Sequence[Path], name: str, schema: type[P], on: date) -> P | None:
    path = next((found for folder in folders if (found := folder / "rulesets" / f"{name}.json").exists()), None)
    if path is None:
        return None
    try:
        versions: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["versions"]
        begun = [one for one in versions if one["effective_from"] <= on.isoformat()]
        if not begun:
            return schema.model_validate(min(versions, key=lambda one: one["effective_from"])["params"])
        return schema.model_validate(max(begun, key=lambda one: one["effective_from"])["params"])
    except (ValueError, KeyError, ValidationError) as error:
        raise BadInput(f"{path.name} can't be read: {str(error).splitlines()[0]}.", "area") from error
