"""The return as data: what `return marac --json` prints, and what the page and the workbook are made from.

    {
     "return": "marac", "quarter": "2025Q3", "label": "July to September 2025",
     "from": "2025-07-01", "to": "2025-09-30", "is_complete": true,
     "marac": "Birmingham MARAC", "area": {"code": "E08000025", "name": "Birmingham"},
     "definitions": {"rule_set": "marac.return 2024-BHM.1", "status": "seen", "source": "…", "provisional": ["…"]},
     "published": false, "withheld_rows": 0,
     "sessions": 64,
     "totals": {"hearings": {"cases": 735, "people": 690, "definition": "…"}, "perpetrators": …, "children": …},
     "form": [{"label": "Cases heard", "table": "total", "rows": ["hearings"], "cases": 735, "people": 690}],
     "tables": [{"code": "referring_agency", "title": "…", "population": "hearings", "definition": "…",
                 "columns": ["Cases", "People"], "adds_up": true,
                 "rows": [{"code": "police", "label": "Police", "cases": 430, "people": 401}]}]
    }

`cases` counts in each case, `people` counts each person once in the quarter. Of a published return a withheld number
is null, in both columns. Codes of what isn't known begin with a question mark: ``?declined``, ``?not_asked``,
``?not_known``.
"""

from __future__ import annotations

from typing import Any

from wraparound.response.marac.returns.counting import CountedTable, Number
from wraparound.response.marac.returns.drawing import Drawn
from wraparound.response.marac.returns.params import FormCell
from wraparound.response.marac.returns.suppression import form_is_withheld, form_number
from wraparound.response.marac.returns.tables import COLUMNS

Shape = dict[str, Any]


def as_data(drawn: Drawn) -> Shape:
    """The return of the shape above."""
    counted, withheld, rule = drawn.counted, drawn.withheld, drawn.counted.rule
    inside = withheld.tables if withheld else frozenset()
    return {
        "return": "marac",
        "quarter": drawn.quarter.code,
        "label": drawn.quarter.label,
        "from": drawn.quarter.first.isoformat(),
        "to": drawn.quarter.last.isoformat(),
        "is_complete": drawn.is_complete,
        "marac": drawn.panel.name,
        "area": {"code": drawn.panel.area.code, "name": drawn.panel.area.name},
        "definitions": {
            "rule_set": rule.label,
            "status": rule.status,
            "source": rule.source,
            "provisional": list(rule.provisional_params),
        },
        "published": withheld is not None,
        "withheld_rows": withheld.number if withheld else 0,
        "sessions": counted.sessions,
        "totals": {
            name: _numbers(total, is_shown=withheld is None or name not in withheld.totals)
            | {"definition": rule.params.definitions.get(name, "")}
            for name, total in counted.totals.items()
        },
        "form": [_form_cell(drawn, cell) for cell in rule.params.form],
        "tables": [_table(drawn, table) for table in counted.tables if table.spec.code not in inside],
    }


def _form_cell(drawn: Drawn, cell: FormCell) -> Shape:
    number = form_number(drawn.counted, cell)
    is_shown = drawn.withheld is None or not form_is_withheld(drawn.counted, cell, drawn.withheld)
    where = {"label": cell.label, "table": cell.table, "rows": list(cell.rows)}
    return where | _numbers(number, is_shown=is_shown)


def _table(drawn: Drawn, table: CountedTable) -> Shape:
    spec, withheld = table.spec, drawn.withheld
    return {
        "code": spec.code,
        "title": spec.title,
        "population": spec.population,
        "definition": drawn.counted.rule.params.definitions.get(spec.code, ""),
        "columns": list(COLUMNS[spec.population]),
        "adds_up": spec.adds_up,
        "rows": [
            {"code": code, "label": label}
            | _numbers(number, is_shown=withheld is None or not withheld.hides(spec.code, code))
            for code, label, number in table.rows
        ],
    }


def _numbers(number: Number | None, *, is_shown: bool) -> Shape:
    if number is None or not is_shown:
        return {"cases": None, "people": None}
    return {"cases": number.cases, "people": number.people}
