"""The file engine: tables in and out as streams, whatever the file's encoding, line ends or delimiter.

    with open_table(path, name="incidents.csv", known=COLUMNS, required=REQUIRED) as table:
        for row in table:               # one record at a time; memory doesn't grow with the file
            row.line, row.values        # where it begins in the file; its cells by column
            row.problem                 # why it can't be taken at all, or None
            row.notes                   # what was mended on the way

A file that can't be read as a table at all raises `FileRefused` with a sentence. One bad record never costs another.
"""

from wraparound.kit.files.formulas import protected, unprotected
from wraparound.kit.files.rows import FileRefused, Problem, Row
from wraparound.kit.files.tables import Table, open_table
from wraparound.kit.files.writing import CsvWriter, XlsxWriter

__all__ = [
    "CsvWriter",
    "FileRefused",
    "Problem",
    "Row",
    "Table",
    "XlsxWriter",
    "open_table",
    "protected",
    "unprotected",
]
