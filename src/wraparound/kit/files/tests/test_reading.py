"""Tables of every shape: encodings, line ends, delimiters, and what is wrong with them."""

from __future__ import annotations

import codecs
import csv
import io
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wraparound.kit.files import FileRefused, open_table

KNOWN = ["ref", "name", "note"]


def read(tmp_path, content, known=KNOWN, required=("ref",), name="people.csv"):
    path = tmp_path / "file"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with open_table(path, name=name, known=known, required=required) as table:
        return table, list(table)


def cells(rows):
    return [tuple(row.values.get(column, "") for column in KNOWN) for row in rows]


NAMES = [("1", "Zoë O'Brien", "wörd"), ("2", "محمد العلي", "王小明")]
TEXT = "ref,name,note\n" + "".join(f"{','.join(row)}\n" for row in NAMES)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (TEXT.encode(), "CSV, comma, UTF-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "CSV, comma, UTF-8"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "CSV, comma, UTF-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "CSV, comma, UTF-16"),
        (TEXT.encode("utf-16-le"), "CSV, comma, UTF-16"),
        (TEXT.encode("utf-16-be"), "CSV, comma, UTF-16"),
        (TEXT.replace("\n", "\r\n").encode(), "CSV, comma, UTF-8"),
        (TEXT.replace("\n", "\r").encode(), "CSV, comma, UTF-8"),
        (TEXT.replace("\n", "\r\n").encode("utf-16"), "CSV, comma, UTF-16"),
        (TEXT.replace(",", ";").encode(), "CSV, semicolon, UTF-8"),
        (TEXT.replace(",", "\t").encode("utf-16"), "CSV, tab, UTF-16"),
        (TEXT.replace(",", "|").encode(), "CSV, bar, UTF-8"),
        (b"sep=;\r\n" + TEXT.replace(",", ";").encode(), "CSV, semicolon, UTF-8"),
        (TEXT.rstrip("\n").encode(), "CSV, comma, UTF-8"),
    ],
)
def test_letters_line_ends_and_delimiters(tmp_path, content, told):
    table, rows = read(tmp_path, content)
    assert table.told == told
    assert cells(rows) == NAMES
    assert not any(row.problem for row in rows)


def test_windows_1252_is_told_from_utf8(tmp_path):
    table, rows = read(tmp_path, "ref,name,note\n1,Zoë,£5 – “so”\n".encode("cp1252"))
    assert table.told == "CSV, comma, Windows-1252"
    assert cells(rows) == [("1", "Zoë", "£5 – “so”")]


def test_a_damaged_line_of_utf8_costs_that_line_only(tmp_path):
    content = "ref,name,note\n1,Zoë,a\n2,Noël,b\n".encode() + b"3,No\xebl,c\n" + "4,Chloé,d\n".encode()
    _, rows = read(tmp_path, content)
    assert [row.values["ref"] for row in rows if row.problem is None] == ["1", "2", "4"]
    assert rows[2].line == 4
    assert rows[2].problem.column == "name"
    assert "encoding" in rows[2].problem.reason


def test_lines_are_counted_with_quoted_breaks(tmp_path):
    _, rows = read(tmp_path, 'ref,name,note\r\n1,a,"two\r\nlines"\r\n\r\n2,b,c\r\n3,"d\n\n\n",e\r\n4,f,g\r\n')
    assert [(row.line, row.values["ref"]) for row in rows] == [(2, "1"), (5, "2"), (6, "3"), (10, "4")]
    assert rows[0].values["note"] == "two\r\nlines"


def test_columns_are_matched_whatever_their_case_and_unknown_ones_kept(tmp_path):
    table, rows = read(tmp_path, "Officer , REF,Name\n7,1,Ann\n")
    assert table.columns == ["Officer", "ref", "name"]
    assert table.unknown_columns == ["Officer"]
    assert rows[0].values == {"Officer": "7", "ref": "1", "name": "Ann"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "people.csv: The file is empty. Export it again, with its header in the first line."),
        ("name,note\nAnn,x\n", "people.csv: The column ref is missing from the header (line 1)."),
        ("Police,report\n1,2\n", "people.csv: line 1 isn't the header of this table: none of its columns is there."),
        ("ref,name,ref\n", "people.csv: the column ref stands twice in the header (line 1). Remove one of them."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old",
            "people.csv: The file is an old Excel file (.xls) or has a password.",
        ),
        (b"%PDF-1.7 ...", "people.csv: The file is a PDF."),
        (b"PK\x03\x04 torn", "people.csv: The file begins like an Excel workbook, but it is damaged."),
        (codecs.BOM_UTF32_LE + "ref\n".encode("utf-32-le"), "people.csv: The file is written in UTF-32"),
        (codecs.BOM_UTF16_LE + "ref,name\n".encode("utf-16-le") + b"\x00\xd8a", "can't be read as that"),
        ('[{"ref": 1}]', "people.csv: this is one JSON list."),
        (",".join(f"c{n}" for n in range(1_001)), "1,001 columns"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_with_a_sentence(tmp_path, content, sentence):
    with pytest.raises(FileRefused, match=r".") as refused:
        read(tmp_path, content)
    assert sentence in refused.value.sentence


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FileRefused, match="there is no such file"):
        open_table(tmp_path / "none.csv", name="none.csv", known=KNOWN)
    with pytest.raises(FileRefused, match="there is no such file"):
        open_table(tmp_path, name="folder", known=KNOWN)


def test_a_header_alone_is_a_table_without_rows(tmp_path):
    assert read(tmp_path, "ref,name,note")[1] == []
    assert read(tmp_path, "ref,name,note\r\n\r\n")[1] == []


def test_ragged_rows(tmp_path):
    _, rows = read(tmp_path, "ref,name,note\n1,a\n2,b,c,,\n3,b,c,d\n4,e,f\n")
    assert [bool(row.problem) for row in rows] == [False, False, True, False]
    assert "2 cells, the header 3" in rows[0].notes[0].reason
    assert "4 cells, the header 3" in rows[2].problem.reason
    assert rows[2].more == ("d",)


def test_a_cell_of_forty_megabytes_costs_its_row_and_no_memory(tmp_path):
    path = tmp_path / "big.csv"
    with path.open("w", newline="") as file:
        file.write('ref,name,note\r\n1,a,b\r\n2,Ann,"')
        for _ in range(40):
            file.write('x""\n' + "y" * 1_000_000)
        file.write('"\r\n3,c,d\r\n4,' + "z" * 5_000_000 + ",e\r\n5,f,g\r\n")
    tracemalloc.start()
    with open_table(path, name="big.csv", known=KNOWN, required=["ref"]) as table:
        rows = list(table)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [row.values["ref"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert [row.problem.column if row.problem else None for row in rows] == [None, "note", None, "name", None]
    assert [row.line for row in rows] == [2, 3, 44, 45, 46]
    assert "too long" in rows[1].problem.reason
    assert rows[1].values["name"] == "Ann"
    assert len(rows[1].values["note"]) <= 1_000
    assert peak < 30_000_000


@pytest.mark.parametrize("size", [10, 3_000_000])
def test_an_unclosed_quotation_mark_swallows_no_other_row(tmp_path, size):
    later = "".join(f"{n},name,{'n' * 50}\n" for n in range(3, 3 + size // 50))
    _, rows = read(tmp_path, f'ref,name,note\n1,a,b\n2,Ann,"never closed\n{later}')
    assert rows[1].problem.column == "note"
    assert "quotation mark" in rows[1].problem.reason
    assert rows[1].values == {"ref": "2", "name": "Ann", "note": "never closed"}
    assert [row.line for row in rows if row.problem] == [3]
    assert len(rows) == 2 + size // 50


@pytest.mark.parametrize(
    "text",
    [
        '2,"never closed,x\n3,c,"quoted"\n4,d,e\n',
        '2,b,"said "stop" twice"\n3,c,d\n4,d,e\n',
        '2,b,"x"y\n3,c,d\n4,d,e\n',
    ],
)
def test_quotation_marks_gone_wrong_are_told_and_cost_one_line(tmp_path, text):
    _, rows = read(tmp_path, f"ref,name,note\n1,a,b\n{text}")
    assert rows[1].line == 3
    assert rows[1].problem is not None
    assert [row.values["ref"] for row in rows] == ["1", "2", "3", "4"]


@pytest.mark.parametrize("until", [3, 4, 40_000])
def test_a_mark_that_closes_in_a_later_row_is_told_too(tmp_path, until):
    columns = [f"c{n}" for n in range(1, 10)]
    rest = ",".join(columns[2:])
    rows = [f"{n},name,{rest}" for n in range(1, until + 2)]
    rows[1] = rows[1].replace("c9", '"never closed')
    rows[until - 1] += '"'
    text = "\n".join(["ref," + ",".join(columns[:8]), *rows])
    _, found = read(tmp_path, text, known=["ref", *columns[:8]], required=["ref", "c1"])
    assert [(row.line, bool(row.problem)) for row in found[1:3]] == [(3, True), (4, False)]
    assert len(found) == until + 1


def test_a_text_of_many_lines_is_one_cell(tmp_path):
    columns = ["ref", *(f"c{n}" for n in range(1, 9))]
    note = "She said, at first, nothing.\nThen, in the car, with, as, it, were, some, effort, more.\n,,,,,,,,\n"
    text = f'{",".join(columns)}\n1,a,b,c,d,e,f,g,"{note}"\n2,a,b,c,d,e,f,g,h\n'
    _, found = read(tmp_path, text, known=columns, required=["ref", "c1"])
    assert [row.line for row in found] == [2, 6]
    assert found[0].values["c8"] == note


def test_a_very_long_line_without_a_fellow_to_its_quotation_mark(tmp_path):
    _, rows = read(tmp_path, f'ref,name,note\n1,a,"{"x" * 3_000_000}\n2,b,c\n')
    assert [(row.line, bool(row.problem)) for row in rows] == [(2, True), (3, False)]


def test_nul_bytes_do_not_stop_the_file(tmp_path):
    _, rows = read(tmp_path, b"ref,name,note\n1,A\x00nn,b\n2,c,d\n")
    assert [row.values["ref"] for row in rows] == ["1", "2"]


def test_json_lines(tmp_path):
    content = (
        '{"ref": 1, "Name": "Zoë", "note": ["a", "b"], "extra": true}\n'
        "\n"
        '{"ref": "2", "name": null, "note": 2.0}\n'
        "[1]\n{broken\n"
        '{"ref": 3, "ref": 4}\n'
        '{"ref": 5, "note": {"a": 1}}\n' + "[" * 5_000 + "\n"
    )
    table, rows = read(tmp_path, content)
    assert table.told == "JSON lines, UTF-8"
    assert table.unknown_columns == ["extra"]
    assert cells(rows[:2]) == [("1", "Zoë", "a;b"), ("2", "", "2")]
    assert rows[0].values["extra"] == "yes"
    assert [row.line for row in rows] == [1, 3, 4, 5, 6, 7, 8]
    assert all(row.problem for row in rows[2:])


def test_signs_that_no_database_keeps_are_left_out_of_names_and_texts(tmp_path):
    table, rows = read(tmp_path, '{"ref": "1", "o\\u0000dd\\ud800": "a\\ud83d", "name": "\\ud83d\\ude00"}\n')
    assert table.unknown_columns == ["odd"]
    assert rows[0].values == {"ref": "1", "odd": "a?", "name": "\U0001f600"}
    table, _ = read(tmp_path, b"ref,o\x00dd,\n1,2,3\n")
    assert table.unknown_columns == ["odd", "column 3"]


def test_blank_lines_before_the_header_are_no_header(tmp_path):
    _, rows = read(tmp_path, "\n\r\nref,name\n1,a\n")
    assert [(row.line, row.values["ref"]) for row in rows] == [(4, "1")]


def test_a_json_line_of_many_megabytes(tmp_path):
    _, rows = read(tmp_path, '{"ref": "1"}\n{"ref": "' + "x" * 5_000_000 + '"}\n{"ref": "3"}\n')
    assert [(row.line, bool(row.problem)) for row in rows] == [(1, False), (2, True), (3, False)]


TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=6), st.sampled_from(",;\t|"))
def test_what_csv_writes_is_read_as_it_was_but_for_apostrophes_before_formulas(tmp_path, table, delimiter):
    from wraparound.kit.files import unprotected

    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(KNOWN)
    writer.writerows(table)
    _, rows = read(tmp_path, text.getvalue())
    assert [tuple(row.values[column] for column in KNOWN) for row in rows] == [
        tuple(unprotected(cell) for cell in row) for row in table
    ]
    assert not any(row.problem for row in rows)
