"""The report of an import, as the command line prints it and as the pages show it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from sys import intern
from typing import Any, TextIO

from wraparound.response.cases.importing.columns import CHILDREN, INCIDENTS
from wraparound.response.cases.importing.effects import FINAL, DryRun, lines_of
from wraparound.response.cases.importing.tally import Tally, line_json
from wraparound.response.cases.models import ImportRun

Report = dict[str, Any]


def report_of(run: ImportRun) -> Report:
    """The report of a finished import; of one under way, of what is committed."""
    report = _empty(run.report.get("unknown", {}))
    for file in (INCIDENTS, CHILDREN):
        _part(report, file).update(run.report.get(file, {}))
    names = names_of(run)
    rows = lines_of(run.pk, FINAL).values_list("file", "line", "column", "reason", "shape", "severity", "is_urgent")
    for file, line, column, reason, shape, severity, is_urgent in rows.iterator(chunk_size=2_000):
        told = line_json(intern(names[file]), line, intern(column), intern(reason), intern(shape), is_urgent=is_urgent)
        _part(report, file)["rejections" if severity == "rejected" else "warnings"].append(told)
    return report


def names_of(run: ImportRun) -> dict[str, str]:
    """What the two files of a run are called."""
    return {INCIDENTS: run.file_name, CHILDREN: run.children_name}


def report_of_dry_run(dry_run: DryRun, unknown: Mapping[str, list[str]], names: Mapping[str, str]) -> Report:
    """The same of a dry run: what an import would tell."""
    report = _empty(unknown)
    for file, tally in dry_run.tallies.items():
        _part(report, file).update(tally.as_json())
    for line in dry_run.lines:
        _part(report, line.file)["rejections" if line.is_rejection else "warnings"].append(line.as_json(names))
    return report


def _empty(unknown: Mapping[str, list[str]]) -> Report:
    def part(file: str) -> Report:
        return {**Tally().as_json(), "rejections": [], "warnings": [], "unknown_columns": list(unknown.get(file, []))}

    return {**part(INCIDENTS), "children": part(CHILDREN)}


def _part(report: Report, file: str) -> Report:
    found: Report = report if file == INCIDENTS else report["children"]
    return found


def write_json(report: Report, stream: TextIO) -> None:
    """Write a report as JSON, a line for each rejection and warning, without building it all in memory."""
    stream.write("{")
    _write_parts(report, stream)
    stream.write("}\n")


def _write_parts(report: Report, stream: TextIO) -> None:
    for position, (name, value) in enumerate(report.items()):
        stream.write(f"{', ' if position else ''}{json.dumps(name)}: ")
        if isinstance(value, list):
            _write_list(value, stream)
        elif isinstance(value, dict):
            stream.write("{")
            _write_parts(value, stream)
            stream.write("}")
        else:
            stream.write(json.dumps(value, ensure_ascii=False))


def _write_list(items: Iterable[Any], stream: TextIO) -> None:
    stream.write("[")
    for position, item in enumerate(items):
        stream.write(f"{',' if position else ''}\n  {json.dumps(item, ensure_ascii=False)}")
    stream.write("]")
