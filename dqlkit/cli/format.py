"""Lay queries out, in query files and wherever else they are kept: comments stay, meanings stay.

What does not parse stays as it is, is reported, and makes the exit status 2; in Markdown it is only reported, as texts
there show mistakes too [decided].
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dqlkit.cli import terminal
from dqlkit.cli.arguments import Arguments

if TYPE_CHECKING:
    import argparse

    from dqlkit.linting.check import Finding, Formatted


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; - or nothing reads standard input")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if anything would change")
    parser.add_argument("--diff", action="store_true", help="change nothing; show what would change")
    parser.add_argument("--code", action="store_true", help="in folders, look into strings of code too")
    parser.add_argument("--line-length", type=int, metavar="N", help="default: 100")
    parser.add_argument(
        "--stdin-filename", default="stdin.dql", metavar="NAME", help="what standard input would be called"
    )


def run(arguments: Arguments) -> int:
    from dqlkit.linting.discovery import discover

    if not arguments.paths or arguments.paths == ["-"]:
        name, text = arguments.stdin_filename, terminal.read_standard_input()
        laid = _laid_out(text, name, arguments)
        if arguments.check or arguments.diff:
            return max(_compared(text, laid.text, name, arguments), _told(laid.unread, text))
        sys.stdout.write(laid.text)
        return _told(laid.unread, text)
    paths, unread = terminal.readable(discover(arguments.paths, arguments.code))
    return max([2 if unread else 0, *(_file(path, arguments) for path in paths)])


def _file(path: str, arguments: Arguments) -> int:
    text = terminal.read_text(path)
    laid = _laid_out(text, path, arguments)
    status = 0
    if arguments.check or arguments.diff:
        status = _compared(text, laid.text, path, arguments)
    elif laid.text != text:
        terminal.write_text(path, laid.text)
        print(f"formatted {path}", file=sys.stderr)
    return max(status, _told(laid.unread, text))


def _told(unread: Sequence[Finding], text: str) -> int:
    """Report what could not be laid out; the exit status that it means."""
    from dqlkit.diagnostics.lines import Lines

    lines = Lines(text)
    for finding in unread:
        line, column = lines.position(finding.diagnostic.span.start)
        said = f"{finding.diagnostic.code} {finding.diagnostic.message}"
        print(f"{finding.path}:{line}:{column}: not formatted: {said}", file=sys.stderr)
    return 2 if any(not finding.path.lower().endswith((".md", ".markdown")) for finding in unread) else 0


def _laid_out(text: str, path: str, arguments: Arguments) -> Formatted:
    from dqlkit.frozen import replace
    from dqlkit.linting.check import format_file
    from dqlkit.linting.settings import SettingsError, folder_of, settings_for

    try:
        settings = settings_for(folder_of(path))
        if arguments.line_length:
            settings = replace(settings, line_length=arguments.line_length)
        return format_file(text, path, settings, named=path in arguments.paths)
    except (SettingsError, RuntimeError) as problem:
        raise terminal.UsageError(str(problem)) from None


def _compared(text: str, laid: str, path: str, arguments: Arguments) -> int:
    if text == laid:
        return 0
    if arguments.diff:
        terminal.print_diff(path, text, laid)
    else:
        print(f"would format {path}", file=sys.stderr)
    return 1
