"""The extension for VS Code: its colours, with the engine's rules, agree with the scanner; its files fit together."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from dqlkit import version
from dqlkit.languages import language_named
from dqlkit.lsp.editors import textmate
from dqlkit.lsp.editors.textmate import grammars

FOLDER = textmate.FOLDER.parent


@pytest.mark.parametrize("name", grammars())
def test_grammars_are_fresh(name: str) -> None:
    """Written by `python -m dqlkit.lsp.editors.textmate`."""
    assert json.loads((textmate.FOLDER / name).read_text("utf-8")) == json.loads(json.dumps(grammars()[name]))


DQL = r'''fetch logs, from:-2h // a comment: fetch x
| filter level == "ERR\"OR | sort" and not contains(content, """a "b" c""") or x != 0x1F
/* several
lines */
| fieldsAdd `odd name` = $Env, at = timestamp@1h, n = 1.5e3, fetch = 5
| summarize count(), by:{host.name, day = bin(timestamp, 1d)}
| sort count desc
| append [fetch other | limit 10]'''
ADQL = """SELECT app, avg(`my ms`) AS m, 'te\\'xt' FROM t
WHERE x.y = "a FROM b" AND n >= 1.5 ORDER BY m DESC LIMIT 10"""

#: The scopes that a terminal may have.
SCOPES = {
    "COMMENT": ("comment",),
    "STRING": ("string", "constant.character.escape"),
    "NUMBER": ("constant.numeric",),
    "DURATION": ("constant.numeric",),
    "ALIGN": ("constant.numeric",),
    "VARIABLE": ("variable.other.readwrite",),
    "QUOTED_NAME": ("variable.other.quoted",),
    "COMPARE": ("keyword.operator.comparison",),
    "AND": ("keyword",),
    "NOT": ("keyword",),
    "DESC": ("keyword",),
    "SELECT": ("keyword.control",),
    "WHERE": ("keyword.control",),
    "NAME": ("variable", "support.function", "entity", "keyword.control"),
}


def coloured(language: str, text: str) -> dict[int, str]:
    """The scope of each character, by the rules of TextMate: line by line, the pattern that matches first counts, of
    several the one that stands first; what has begun goes on until its end is found."""
    patterns = [_compiled(one) for one in grammars()[f"{language}.tmLanguage.json"]["patterns"]]
    found: dict[int, str] = {}
    inside: dict[str, Any] | None = None
    offset = 0
    for line in text.split("\n"):
        at = 0
        while at <= len(line):
            choices = [{**inside, "re": inside["end_re"], "closes": True}, *inside["patterns"]] if inside else patterns
            matches = [(m.start(), n, m, p) for n, p in enumerate(choices) if (m := p["re"].search(line, at))]
            if not matches:
                _mark(found, offset, at, len(line), inside)
                break
            start, _, match, pattern = min(matches, key=lambda one: one[:2])
            _mark(found, offset, at, start, inside)
            _mark(found, offset, start, match.end(), pattern)
            for group, capture in pattern.get("captures", {}).items():
                _mark(found, offset, *match.span(int(group)), capture)
            if pattern.get("closes"):
                inside = None
            elif "end" in pattern:
                inside = pattern
            at = max(match.end(), at + (match.end() == at))
        offset += len(line) + 1
    return found


def _compiled(pattern: dict[str, Any]) -> dict[str, Any]:
    made = {**pattern, "re": _python(pattern.get("match") or pattern["begin"])}
    if "end" in pattern:
        made["end_re"] = _python(pattern["end"])
        made["patterns"] = [_compiled(one) for one in pattern.get("patterns", ())]
    return made


def _python(expression: str) -> re.Pattern[str]:
    """An expression of Oniguruma, where `m` is what `s` is in Python."""
    return re.compile(expression.replace("(?m:", "(?s:"))


def _mark(found: dict[int, str], offset: int, start: int, end: int, of: dict[str, Any] | None) -> None:
    for at in range(start, end) if of and of.get("name") else ():
        found[offset + at] = str(of["name"]) if of else ""


@pytest.mark.parametrize(("language", "text"), [("dql", DQL), ("adql", ADQL)])
def test_colours_agree_with_the_scanner(language: str, text: str) -> None:
    found = coloured(language, text)
    parser = language_named(language).parser
    names = [*parser.automaton.tables.terminals, ""]
    seen = set()
    for kind, piece, start, _ in parser.scan(text):
        wanted = SCOPES.get(names[kind])
        if wanted:
            seen.add(names[kind])
            scopes = {found.get(at, "") for at in range(start, start + len(piece)) if not text[at].isspace()}
            assert all(any(one in scope for one in wanted) for scope in scopes), (names[kind], piece, scopes)
    assert len(seen) > (10 if language == "dql" else 7)


def test_words_are_coloured_by_what_they_are() -> None:
    found = coloured("dql", DQL)

    def scope(word: str) -> str:
        return found[DQL.index(word)].split()[-1]

    assert scope("fetch logs") == "keyword.control.dql"
    assert scope("summarize") == "keyword.control.dql"
    assert scope("fetch other") == "keyword.control.dql"
    assert scope("contains(") == "support.function.dql"
    assert scope("from:") == "variable.parameter.dql"
    assert scope("fetch = 5") == "variable.other.definition.dql"
    assert scope("desc") == "keyword.operator.word.dql"


def test_the_extension_is_whole() -> None:
    """What its manifest names is there, and the client asks for what the server offers."""
    manifest = json.loads((FOLDER / "package.json").read_text("utf-8"))
    contributes = manifest["contributes"]
    named = [manifest["main"], *(one["path"] for one in contributes["grammars"])]
    named += [one["configuration"] for one in contributes["languages"] if "configuration" in one]
    assert all((FOLDER / name).is_file() for name in named)
    for name in FOLDER.glob("*.language-configuration.json"):
        json.loads(name.read_text("utf-8"))
    assert manifest["version"] == version.__version__.partition("+")[0]
    client = Path(FOLDER, "extension.js").read_text("utf-8")
    settings = [name.removeprefix("dqlkit.") for name in contributes["configuration"]["properties"]]
    assert all(f'get("{name}")' in client for name in settings)
    assert contributes["configuration"]["properties"]["dqlkit.command"]["default"] == ["dqlkit", "lsp"]


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not there; `make extension` packages with it")
def test_the_client_can_be_read() -> None:
    subprocess.run(["node", "--check", str(FOLDER / "extension.js")], check=True)


def test_the_extension_is_packaged(tmp_path: Path) -> None:
    """By the editor's own tool, where `make extension` has installed it."""
    tool = shutil.which("vsce", path=f"{FOLDER / 'node_modules' / '.bin'}{os.pathsep}{os.environ['PATH']}")
    if tool is None or not (FOLDER / "node_modules" / "vscode-languageclient").is_dir():
        pytest.skip("`make extension` has installed nothing here")
    words = [tool, "package", "--skip-license", "--allow-missing-repository", "-o", str(tmp_path)]
    subprocess.run(words, cwd=FOLDER, check=True, capture_output=True)
    (package,) = tmp_path.glob("dqlkit-*.vsix")
    packed = set(zipfile.ZipFile(package).namelist())
    own = {
        f"extension/{path.relative_to(FOLDER)}" for path in FOLDER.rglob("*.json") if "node_modules" not in path.parts
    }
    assert packed >= {*own, "extension/extension.js"} - {"extension/package-lock.json"}
    assert "extension/node_modules/vscode-languageclient/package.json" in packed
