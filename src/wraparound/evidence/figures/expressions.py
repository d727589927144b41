"""The small language in which a check says its arithmetic, and its value as an interval.

    100 * FIG-062 / (100 * FIG-226.offences / FIG-226.share)
    sum(TAB-06.yr1_number[Successful | Unsuccessful])       rows by their labels; [*] is every row with a number
    FIG-001 / days(FIG-001)                                  the days of a figure's period
    rank(TAB-17.number[Domestic abuse])                      its place in its column, the greatest first
    100 * (root(FIG-101 / FIG-100, 5) - 1)                   yearly growth over five years
    range(FIG-131.from, FIG-131.to)                          from the one to the other

Numbers, + - * / and brackets are what they are elsewhere; a minus stands between two things only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from wraparound.evidence.figures.rules import CannotCompute, Interval, exactly, total

_TOKEN = re.compile(
    r"\s*(?:(?P<ref>(?:FIG-\d+(?:\.\w+)?)|(?:TAB-\w+\.\w+\[[^\]]*\]))"
    r"|(?P<number>\d+(?:\.\d+)?)|(?P<name>[a-z]+)|(?P<sign>[-+*/(),]))"
)


class BadExpression(Exception):
    """The text is not an expression; says where."""


class Register(Protocol):
    """What an expression needs to know about figures and tables. Each raises CannotCompute where there is no number."""

    def values(self, reference: str) -> Sequence[Interval]:
        """The numbers of a reference: one for a figure or a cell, several for rows of a table."""

    def days(self, reference: str) -> int:
        """How many days the period of a figure has."""

    def rank(self, reference: str) -> int:
        """The place of a cell in its column, 1 for the greatest."""


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


def references(text: str) -> list[str]:
    """The figures and cells that an expression names, in order. Raises BadExpression."""
    return [token.text for token in _tokens(text) if token.kind == "ref"]


def value_of(text: str, register: Register) -> Interval:
    """The expression's interval. Raises BadExpression, or CannotCompute where a number is missing."""
    return _Parser(list(_tokens(text)), register, text).whole()


def check_syntax(text: str) -> None:
    """Raise BadExpression unless the text could be evaluated."""
    try:
        value_of(text, _AnyNumbers())
    except CannotCompute:
        return


class _AnyNumbers:
    """Stands for every reference with a number, to try an expression's form alone."""

    def values(self, reference: str) -> Sequence[Interval]:
        return [exactly(2)]

    def days(self, reference: str) -> int:
        return 2

    def rank(self, reference: str) -> int:
        return 1


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    stripped = text.rstrip()
    while at < len(stripped):
        found = _TOKEN.match(stripped, at)
        if found is None or found.lastgroup is None:
            raise BadExpression(f"“{stripped[at:].strip()[:30]}” is not understood")
        yield _Token(found.lastgroup, found.group(found.lastgroup))
        at = found.end()


class _Parser:
    """Recursive descent: a sum of products of things."""

    def __init__(self, tokens: list[_Token], register: Register, text: str) -> None:
        self.tokens = tokens
        self.at = 0
        self.register = register
        self.text = text

    def whole(self) -> Interval:
        found = self.sum()
        if self.at < len(self.tokens):
            raise BadExpression(f"“{self.tokens[self.at].text}” is too much in “{self.text}”")
        return found

    def sum(self) -> Interval:
        found = self.product()
        while (sign := self.take("+", "-")) is not None:
            other = self.product()
            found = found + other if sign == "+" else found - other
        return found

    def product(self) -> Interval:
        found = self.thing()
        while (sign := self.take("*", "/")) is not None:
            other = self.thing()
            found = found * other if sign == "*" else found / other
        return found

    def thing(self) -> Interval:
        if self.take("(") is not None:
            found = self.sum()
            self.expect(")")
            return found
        token = self.next()
        if token.kind == "number":
            return exactly(Decimal(token.text))
        if token.kind == "ref":
            return _single(self.register.values(token.text), token.text)
        if token.kind == "name":
            return self.function(token.text)
        raise BadExpression(f"“{token.text}” can't stand where it stands in “{self.text}”")

    def function(self, name: str) -> Interval:
        self.expect("(")
        of_reference: dict[str, Callable[[str], Interval]] = {
            "sum": lambda reference: total(self.register.values(reference)),
            "days": lambda reference: exactly(self.register.days(reference)),
            "rank": lambda reference: exactly(self.register.rank(reference)),
        }
        if name in of_reference:
            token = self.next()
            if token.kind != "ref":
                raise BadExpression(f"{name}() takes a figure or cells of a table, not “{token.text}”")
            found = of_reference[name](token.text)
        elif name in ("root", "range"):
            first = self.sum()
            self.expect(",")
            second = self.sum()
            found = first.root(second) if name == "root" else Interval(first.low, max(first.high, second.high))
        else:
            raise BadExpression(f"there is no function {name}()")
        self.expect(")")
        return found

    def next(self) -> _Token:
        if self.at >= len(self.tokens):
            raise BadExpression(f"“{self.text}” ends too early")
        self.at += 1
        return self.tokens[self.at - 1]

    def take(self, *signs: str) -> str | None:
        if self.at < len(self.tokens) and self.tokens[self.at] in [_Token("sign", sign) for sign in signs]:
            return self.next().text
        return None

    def expect(self, sign: str) -> None:
        if self.take(sign) is None:
            raise BadExpression(f"“{sign}” is missing in “{self.text}”")


def _single(values: Sequence[Interval], reference: str) -> Interval:
    if len(values) != 1:
        raise BadExpression(f"{reference} is {len(values)} numbers: add them with sum()")
    return values[0]
