"""Lay queries out: one stage per line, comments kept, meaning unchanged."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path

from dqlkit.cli import terminal


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="query files; - or nothing reads standard input")
    parser.add_argument("--language", choices=("dql", "adql"), help="default: by the ending of the file, else dql")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if anything would change")
    parser.add_argument("--diff", action="store_true", help="change nothing; show what would change")


def run(arguments: argparse.Namespace) -> int:
    if not arguments.paths or arguments.paths == ["-"]:
        text = sys.stdin.read()
        laid = _laid_out(text, arguments.language or "dql", "stdin")
        return 1 if laid is None else _show(text, laid, "stdin", arguments, lambda: print(laid))
    status = 0
    for path in arguments.paths:
        text = terminal.read_text(path)
        laid = _laid_out(text, arguments.language or ("adql" if path.endswith(".adql") else "dql"), path)
        if laid is None:
            status = 1
            continue
        target = Path(path)
        status |= _show(text, laid + "\n", path, arguments, lambda t=target, x=laid: t.write_text(x + "\n", "utf-8"))
    return status


def _laid_out(text: str, language: str, name: str) -> str | None:
    from dqlkit.query import Query

    query = Query(text, language)  # type: ignore[arg-type]
    syntax = [d for d in query.parsed.diagnostics if d.severity == "error"]
    terminal.report(syntax, text, name)
    return None if syntax else query.format().rstrip("\n")


def _show(text: str, laid: str, name: str, arguments: argparse.Namespace, write) -> int:  # type: ignore[no-untyped-def]
    if not arguments.check and not arguments.diff:
        if text != laid or name == "stdin":
            write()
        return 0
    if text == laid:
        return 0
    if arguments.diff:
        lines = difflib.unified_diff(text.splitlines(True), laid.splitlines(True), name, name)
        sys.stdout.writelines(lines)
    else:
        print(f"would format {name}", file=sys.stderr)
    return 1
