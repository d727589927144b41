"""The templates' environment: what every page can call, and how moments, days and numbers read.

Times are stored in UTC and shown in the time of London, whatever the server thinks. Each filter gives an
empty string for nothing, so that a page never prints "None".
"""

from __future__ import annotations

import datetime
import re
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from markupsafe import Markup, escape

from wraparound.kit.forms.rendering import error_links, field_parts, once_value, page_groups
from wraparound.kit.once import new_token

LONDON = ZoneInfo("Europe/London")
_LINE_ENDS = re.compile(r"\r\n|\r|\n")

Moment = datetime.datetime | None
Day = datetime.date | datetime.datetime | None


def _local(value: datetime.datetime) -> datetime.datetime:
    return value.astimezone(LONDON) if value.tzinfo else value


def _as_day(value: datetime.date | datetime.datetime) -> datetime.date:
    return _local(value).date() if isinstance(value, datetime.datetime) else value


def day(value: Day) -> str:
    """A day in full: "2 November 2026"."""
    if not value:
        return ""
    when = _as_day(value)
    return f"{when.day} {when:%B %Y}"


def weekday(value: Day) -> str:
    """A day in full with its name: "Monday 2 November 2026"."""
    return f"{_as_day(value):%A} {day(value)}" if value else ""


def shortday(value: Day) -> str:
    """A day for a dense row: "Mon 2 Nov", with its year unless that is this one."""
    if not value:
        return ""
    when = _as_day(value)
    this_year = timezone.now().astimezone(LONDON).year
    return f"{when:%a} {when.day} {when:%b}" + ("" if when.year == this_year else f" {when.year}")


def clock(value: datetime.datetime | datetime.time | None) -> str:
    """The time of day on the 24-hour clock: "13:00"."""
    if value is None:
        return ""
    when = _local(value) if isinstance(value, datetime.datetime) else value
    return f"{when:%H:%M}"


def moment(value: Moment) -> str:
    """A moment in full: "2 November 2026 at 13:00"."""
    return f"{day(value)} at {clock(value)}" if value else ""


def shortmoment(value: Moment) -> str:
    """A moment for a dense row: "Mon 2 Nov, 13:00", with its year unless that is this one."""
    return f"{shortday(value)}, {clock(value)}" if value else ""


def ago(value: Moment) -> str:
    """How long since a moment, in its two largest units: "1 d 4 h"; "in 3 h 10 min" for one to come."""
    if not value:
        return ""
    seconds = (timezone.now() - value).total_seconds()
    minutes = int(abs(seconds) // 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        words = f"{days} d {hours} h" if hours and days < 100 else f"{days} d"
    elif hours:
        words = f"{hours} h {rest} min" if rest else f"{hours} h"
    else:
        words = f"{rest} min"
    return f"in {words}" if seconds < 0 and minutes else words


def count(value: int | None) -> str:
    """A whole number with its thousands parted: "1,234"."""
    return "" if value is None else f"{value:,}"


def nl2br(value: object) -> Markup:
    """Text with its line ends kept as breaks; everything else in it is escaped."""
    if not value:
        return Markup("")
    lines = [escape(line) for line in _LINE_ENDS.split(str(value))]
    return Markup("<br>\n").join(lines)


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named route."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def environment(**options: Any) -> jinja2.Environment:
    """Django's Jinja2 backend calls this once for each engine.

    ``ChainableUndefined`` is what the Design System's macros need. Their templates answer to the prefix
    ``govuk_frontend_jinja/``; everything else comes from the apps' ``jinja2`` folders.
    """
    options["undefined"] = jinja2.ChainableUndefined
    options["loader"] = jinja2.ChoiceLoader(
        [
            options["loader"],
            jinja2.PrefixLoader({"govuk_frontend_jinja": jinja2.PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    options["autoescape"] = True
    env = jinja2.Environment(  # noqa: S701  # the rule can't see into **options; a test holds that pages escape
        trim_blocks=True, lstrip_blocks=True, cache_size=2000, **options
    )
    env.globals.update(
        url=url,
        now=timezone.now,
        static=static,
        once_token=new_token,
        once_value=once_value,
        error_links=error_links,
        field_parts=field_parts,
        page_groups=page_groups,
    )
    for name, function in {
        "day": day,
        "shortday": shortday,
        "weekday": weekday,
        "shortmoment": shortmoment,
        "clock": clock,
        "moment": moment,
        "ago": ago,
        "count": count,
        "nl2br": nl2br,
    }.items():
        env.filters[name] = function
    return env
