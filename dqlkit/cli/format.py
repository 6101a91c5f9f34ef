"""Lay queries out, in query files and wherever else they are kept: comments stay, meanings stay."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path

from dqlkit.cli import terminal


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; - or nothing reads standard input")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if anything would change")
    parser.add_argument("--diff", action="store_true", help="change nothing; show what would change")
    parser.add_argument("--code", action="store_true", help="in folders, look into strings of code too")
    parser.add_argument("--line-length", type=int, metavar="N", help="default: 100")
    parser.add_argument(
        "--stdin-filename", default="stdin.dql", metavar="NAME", help="what standard input would be called"
    )


def run(arguments: argparse.Namespace) -> int:
    from dqlkit.linting.discovery import discover

    if not arguments.paths or arguments.paths == ["-"]:
        text = terminal.read_standard_input()
        laid = _laid_out(text, arguments.stdin_filename, arguments)
        if arguments.check or arguments.diff:
            return _compared(text, laid, arguments.stdin_filename, arguments)
        sys.stdout.write(laid)
        return 0
    status = 0
    paths, unread = terminal.readable(discover(arguments.paths, arguments.code))
    for path in paths:
        text = terminal.read_text(path)
        laid = _laid_out(text, path, arguments)
        if arguments.check or arguments.diff:
            status |= _compared(text, laid, path, arguments)
        elif laid != text:
            terminal.write_text(path, laid)
            print(f"formatted {path}", file=sys.stderr)
    return 2 if unread else status


def _laid_out(text: str, path: str, arguments: argparse.Namespace) -> str:
    from dataclasses import replace

    from dqlkit.linting.check import format_text
    from dqlkit.linting.settings import SettingsError, settings_for

    try:
        settings = settings_for(Path(path).parent.resolve())
        if arguments.line_length:
            settings = replace(settings, line_length=arguments.line_length)
        return format_text(text, path, settings)
    except (SettingsError, RuntimeError) as problem:
        raise terminal.UsageError(str(problem)) from None


def _compared(text: str, laid: str, path: str, arguments: argparse.Namespace) -> int:
    if text == laid:
        return 0
    if arguments.diff:
        sys.stdout.writelines(difflib.unified_diff(text.splitlines(True), laid.splitlines(True), path, path))
    else:
        print(f"would format {path}", file=sys.stderr)
    return 1
