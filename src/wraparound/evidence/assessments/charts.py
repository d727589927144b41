"""Charts as accessible SVG: drawn by the grammar of Altair on the server, without a browser, a font or a network.

Each says in its title and description what it shows; its numbers stand in the section's table. Shades run from light
to dark of one hue, and bands carry their numbers, so that a greyscale copier loses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

import altair as alt
import vl_convert as vlc

FONT = "Arial, Liberation Sans, sans-serif"
PURPLE, INK, GREY, LINE = "#54319f", "#0b0c0c", "#484949", "#cecece"
SHADES = ("#f3effa", "#d3c5ea", "#a78bd0", "#6f4bb0", "#2e1a47")
WIDTH = 560
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Rows = Sequence[Mapping[str, Any]]


def bars(rows: Rows, *, unit: str, emphasis: str = "") -> str:
    """Horizontal bars of {"label", "value", "text"} in their order, with {"low", "high"} where there are intervals."""
    data = _data([{**row, "strong": not emphasis or row["label"] == emphasis} for row in rows])
    order = [row["label"] for row in rows]
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=230, ticks=False, domain=False))
    most = max((row.get("high") or row["value"] for row in rows), default=0) or 1
    x = alt.X("value:Q", title=unit, scale=alt.Scale(domain=[0, most * 1.14], nice=False), axis=alt.Axis(tickCount=5))
    base = alt.Chart(data).encode(y=y)
    fill = alt.condition("datum.strong", alt.value("#7452b5"), alt.value("#b9a6dd"))
    layers: list[Any] = [base.mark_bar(height={"band": 0.68}).encode(x=x, color=fill)]
    if any(row.get("low") is not None for row in rows):
        reach = base.transform_filter("isValid(datum.low)").mark_rule(color=INK, strokeWidth=1.5)
        layers.append(reach.encode(x=alt.X("low:Q"), x2="high:Q"))
    at = "end:Q"
    written = base.transform_calculate(end="isValid(datum.high) ? datum.high : datum.value")
    layers.append(written.mark_text(align="left", dx=6, color=INK, fontSize=12).encode(x=alt.X(at), text="text:N"))
    return _svg(alt.layer(*layers).properties(width=WIDTH - 200, height=max(60, 25 * len(rows))))


_UPRIGHT: dict[str, Any] = {"labelAngle": 0, "grid": False, "labelOverlap": True}


def lines(rows: Rows, *, unit: str, x_title: str = "") -> str:
    """A line for each {"series"} through {"x": "2014-01-01", "value"}; with {"low", "high"} a band around it.

    Series differ by dash as well as by shade.
    """
    data = _data(list(rows))
    series = list(dict.fromkeys(row["series"] for row in rows))
    months = len({row["x"] for row in rows})
    axis = alt.Axis(format="%b %y", tickCount={"interval": "month", "step": max(1, -(-months // 8))}, **_UPRIGHT)
    x = alt.X("x:T", title=x_title or None, axis=axis)
    shades = alt.Scale(domain=series, range=[PURPLE, INK, "#8a7cab", "#6b6b6b"][: len(series)])
    dashes = alt.Scale(domain=series, range=[[1, 0], [6, 3], [2, 2], [8, 2, 2, 2]][: len(series)])
    legend = alt.Legend(title=None, orient="top", symbolType="stroke", symbolSize=400) if len(series) > 1 else None
    chart: Any = alt.Chart(data)
    layers: list[Any] = []
    if any(row.get("low") is not None for row in rows):
        band = chart.transform_filter("isValid(datum.low)").mark_area(opacity=0.25, color=PURPLE)
        layers.append(band.encode(x=x, y=alt.Y("low:Q", title=unit), y2="high:Q"))
    y = alt.Y("value:Q", title=unit, scale=alt.Scale(zero=True))
    color = alt.Color("series:N", scale=shades, legend=legend)
    dash = alt.StrokeDash("series:N", scale=dashes, legend=legend)
    layers.append(chart.mark_line(strokeWidth=2, point={"size": 30}).encode(x=x, y=y, color=color, strokeDash=dash))
    return _svg(alt.layer(*layers).properties(width=WIDTH - 60, height=240))


def heat(rows: Rows, *, unit: str) -> str:
    """Hours across, weekdays down: {"day": 1..7, "hour": 0..23, "value"}. The darkest cell carries its number."""
    most = max((row["value"] for row in rows), default=0) or 1
    values = [
        {
            "day": WEEKDAYS[int(row["day"]) - 1],
            "hour": int(row["hour"]),
            "value": row["value"],
            "text": f"{row['value']:.0f}",
        }
        for row in rows
    ]
    x = alt.X("hour:O", title="Hour of the day", axis=alt.Axis(labelAngle=0, ticks=False))
    y = alt.Y("day:O", sort=list(WEEKDAYS), title=None, axis=alt.Axis(ticks=False))
    base = alt.Chart(_data(values)).encode(x=x, y=y)
    shade = alt.Color("value:Q", scale=alt.Scale(range=list(SHADES), domain=[0, most]), legend=None)
    light = alt.condition(f"datum.value > {most * 0.55}", alt.value("white"), alt.value(INK))
    layers = [
        base.mark_rect(stroke="white").encode(color=shade),
        base.mark_text(fontSize=9).encode(text="text:N", color=light),
    ]
    return _svg(alt.layer(*layers).properties(width=WIDTH - 70, height=190, title=alt.Title(unit, anchor="start")))


def bubbles(rows: Rows, *, x_title: str, y_title: str, size_title: str) -> str:
    """Circles at {"x", "y"} as large as {"size"}, each with its {"label"} beside it."""
    across = alt.Scale(domain=[0, 1.15 * max((row["x"] for row in rows), default=1)], nice=False)
    upward = alt.Scale(domain=[0, 1.15 * max((row["y"] for row in rows), default=1)], nice=False)
    base = alt.Chart(_data(list(rows))).encode(
        x=alt.X("x:Q", title=x_title, scale=across), y=alt.Y("y:Q", title=y_title, scale=upward)
    )
    size = alt.Size(
        "size:Q", scale=alt.Scale(range=[40, 2200], zero=True), legend=alt.Legend(title=size_title, orient="top")
    )
    circles = base.mark_circle(color="#b9a6dd", opacity=0.75, stroke=PURPLE, strokeWidth=1.5).encode(size=size)
    names = base.mark_text(fontSize=11, color=INK).encode(text="label:N")
    return _svg(alt.layer(circles, names).properties(width=WIDTH - 70, height=340))


def areas(rows: Rows, *, bands: Sequence[str], legend: str, outlines: Rows = ()) -> str:
    """A map: {"geometry", "band"} each filled by its band, from light to dark; `outlines` are drawn over it.

    The map is fitted to its areas, north up, without a background.
    """
    shades = [SHADES[round(place * (len(SHADES) - 1) / max(1, len(bands) - 1))] for place in range(len(bands))]
    features = [
        {"type": "Feature", "geometry": wound(row["geometry"]), "properties": {"band": row["band"]}} for row in rows
    ]
    data = _data(features)
    fill = alt.Color(
        "properties.band:N",
        scale=alt.Scale(domain=list(bands), range=shades),
        legend=alt.Legend(
            title=legend, orient="right", symbolType="square", symbolStrokeColor=GREY, symbolStrokeWidth=1
        ),
    )
    layers: list[Any] = [alt.Chart(data).mark_geoshape(stroke="#8c8c8c", strokeWidth=0.25).encode(color=fill)]
    if outlines:
        over = [{"type": "Feature", "geometry": wound(row["geometry"]), "properties": {}} for row in outlines]
        layers.append(alt.Chart(_data(over)).mark_geoshape(filled=False, stroke=INK, strokeWidth=1.1))
    return _svg(alt.layer(*layers).project(type="mercator").properties(width=WIDTH - 130, height=520))


def wound(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """A polygon with its rings the way round that the renderer takes for inside: outer ones clockwise."""
    from shapely.geometry import mapping, shape
    from shapely.geometry.polygon import orient

    found = shape(geometry)
    parts = list(found.geoms) if hasattr(found, "geoms") else [found]
    turned = [orient(part, sign=-1.0) for part in parts if part.geom_type == "Polygon"]
    return {"type": "MultiPolygon", "coordinates": [mapping(part)["coordinates"] for part in turned]}


_CONFIG = {
    "aria": False,
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": GREY,
        "gridColor": "#e6e6e6",
        "domainColor": LINE,
        "tickColor": LINE,
    },
    "legend": {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titleLimit": 260,
    },
    "title": {"font": FONT, "fontSize": 12, "fontWeight": "normal", "color": GREY},
    "text": {"font": FONT},
}
_OPENING = re.compile(r"<svg[^>]*?width=\"([\d.]+)\"[^>]*?height=\"([\d.]+)\"[^>]*>")
_LONG = re.compile(r"(\d+\.\d{2})\d+")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOISE = re.compile(r' (?:role|aria-hidden|aria-roledescription|aria-label|pointer-events|class)="[^"]*"')


def _data(values: Sequence[Mapping[str, Any]]) -> Any:
    return alt.InlineData(values=[dict(one) for one in values])


def _showable(found: Any) -> Any:
    """The same without signs that XML can't hold: on them the renderer would end the whole process."""
    if isinstance(found, str):
        return _NOT_XML.sub("", found)
    if isinstance(found, dict):
        return {key: _showable(value) for key, value in found.items()}
    return [_showable(one) for one in found] if isinstance(found, list) else found


def _svg(chart: Any) -> str:
    """The picture, without the renderer's own labels: it gets one title and one description (`titled`)."""
    spec = _showable(chart.to_dict())
    spec["config"] = _CONFIG
    drawn: str = vlc.vegalite_to_svg(spec)
    return _NOISE.sub("", _LONG.sub(r"\1", drawn))


def titled(svg: str, *, key: str, title: str, description: str) -> str:
    """The picture as one image with a name and a description. `key` is unique within the document."""
    found = _OPENING.match(svg)
    if found is None:
        raise ValueError("the renderer gave no SVG")
    width, height = found[1], found[2]
    name, words = (escape(_showable(text)) for text in (title, description))
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{key}-t {key}-d" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" class="app-chart__svg">'
        f'<title id="{key}-t">{name}</title><desc id="{key}-d">{words}</desc>'
    )
    return opening + svg[found.end() :]
