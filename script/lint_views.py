"""Fails when a view reaches for a model by itself: rows come from queries, which the wall has narrowed."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src" / "wraparound"


def offences(path: Path) -> list[str]:
    """Each `X.objects` in a view or presenter, as file:line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        f"{path.relative_to(SOURCE.parent.parent)}:{node.lineno}: a view says {ast.unparse(node)}; queries.py may"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}
    ]


def main() -> int:
    """Look at every view and presenter of the project."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        rooms = {path.stem, *(parent.name for parent in path.parents)}
        if "tests" not in rooms and rooms & {"views", "presenters"}:
            found += offences(path)
    print("\n".join(found) or "No view reaches for a model.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
