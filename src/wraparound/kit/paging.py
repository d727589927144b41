"""Long lists in pages by key: no page number, no count, the same cost on the first page and the last."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from wraparound.kit.errors import BadInput

M = TypeVar("M", bound=Model)
PAGE_SIZE = 25


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows of a list, with the addresses of the rows before and after them ("" at an end)."""

    rows: list[M]
    next_url: str
    previous_url: str
    size: int

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def page_of(
    request: HttpRequest, rows: QuerySet[M], *, order: Sequence[str], size: int = PAGE_SIZE, name: str = "from"
) -> Page[M]:
    """One page of `rows`, ordered by the field names `order` ('-' descends), of which the last must be unique.

    The place is read from the query parameter `name`. None of the fields may be null.
    Raises BadInput when the place can't be read.
    """
    backwards, place = _read_place(request.GET.get(name, ""), len(order))
    keys = [_flip(key) for key in order] if backwards else list(order)
    narrowed = rows.order_by(*keys)
    if place is not None:
        narrowed = narrowed.filter(_after(keys, place))
    found = list(narrowed[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    has_next = more if not backwards else place is not None
    has_previous = (place is not None) if not backwards else more
    return Page(
        rows=found,
        next_url=_url(request, name, order, found[-1], False) if found and has_next else "",
        previous_url=_url(request, name, order, found[0], True) if found and has_previous else "",
        size=size,
    )


def _flip(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"


def _after(keys: Sequence[str], place: Sequence[str]) -> Q:
    """Rows that come after `place`: greater in the first key, or equal in it and greater in the next ..."""
    condition = Q(pk__in=[])
    equal = Q()
    for key, value in zip(keys, place, strict=True):
        field = key.lstrip("-")
        step = "lt" if key.startswith("-") else "gt"
        condition |= equal & Q(**{f"{field}__{step}": value})
        equal &= Q(**{field: value})
    return condition


def _read_place(text: str, length: int) -> tuple[bool, list[str] | None]:
    if not text:
        return False, None
    try:
        backwards, *place = json.loads(base64.urlsafe_b64decode(text.encode()))
    except ValueError as error:
        raise BadInput("This page's address is not complete. Start again from the top of the list.") from error
    if len(place) != length or not all(isinstance(value, str | int | float) for value in place):
        raise BadInput("This page's address is not complete. Start again from the top of the list.")
    return bool(backwards), place


def _url(request: HttpRequest, name: str, order: Sequence[str], row: Model, backwards: bool) -> str:
    place: list[object] = [int(backwards)]
    for key in order:
        value: Any = row
        for part in key.lstrip("-").split("__"):
            value = getattr(value, part)
        place.append(value if isinstance(value, int | float) else str(value))
    query = request.GET.copy()
    query[name] = base64.urlsafe_b64encode(json.dumps(place).encode()).decode()
    return f"{request.path}?{query.urlencode()}"
