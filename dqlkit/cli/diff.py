"""Say what differs in meaning between two queries, two versions of a file, or two revisions of git."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dqlkit.cli import terminal
from dqlkit.cli.arguments import Arguments
from dqlkit.cli.running import add_run_options, run_options, tables
from dqlkit.diagnostics import agent

if TYPE_CHECKING:
    import argparse
    from typing import TypeAlias

    from dqlkit.checks.difference import Difference
    from dqlkit.checks.documents import Pair, Version

    Compared: TypeAlias = tuple[Version, Version, list[Pair]]


def configure(parser: argparse.ArgumentParser) -> None:
    what = "a query, a file, FILE#POINTER, REVISION:FILE of git"
    parser.add_argument("words", nargs="*", metavar="A B", help=f"two of these: {what}; or one or two revisions of git")
    parser.add_argument("--language", choices=("dql", "adql"), help="of queries that are given as text")
    parser.add_argument("--output-format", choices=("text", "json", "agent"), default="text")
    parser.add_argument("--all", action="store_true", help="show the queries of a file that are the same, too")
    parser.add_argument("--data", action="store_true", help="compare answers, over the tables of -t or made-up records")
    parser.add_argument("--git", action="store_true", help="as a diff driver of git: its seven words, exit status 0")
    add_run_options(parser)


def run(arguments: Arguments) -> int:
    from dqlkit.checks.sources import NoQuery

    try:
        files = [(one, other, _pairs(one, other, arguments)) for one, other in _versions(arguments)]
    except NoQuery as problem:
        raise terminal.UsageError(str(problem)) from None
    _report(files, arguments)
    differences = [pair.difference for _, _, pairs in files for pair in pairs]
    if arguments.git:
        return 0  # git takes anything else for a failure of the driver
    if any(difference.verdict == "error" for difference in differences):
        return 2
    return 0 if all(difference.same for difference in differences) else 1


def _versions(arguments: Arguments) -> Iterator[tuple[Version, Version]]:
    """What is to be compared: two things, or each file that differs between revisions."""
    from dqlkit.checks.documents import between, of_file, version
    from dqlkit.checks.revisions import is_revision

    words = arguments.words
    if arguments.git:
        if len(words) not in (7, 9):
            raise terminal.UsageError("--git takes what git gives to a diff driver: path, old file, …")
        path, old, _, _, new, *_ = words
        yield of_file(old, path), of_file(new, path)
    elif len(words) in (1, 2) and all(map(is_revision, words)):
        yield from between(words[0], words[1] if len(words) == 2 else None)
    elif len(words) != 2:
        raise terminal.UsageError(f"two queries, files or revisions are needed, found {len(words)}")
    else:
        yield version(words[0], arguments.language), version(words[1], arguments.language)


def _pairs(one: Version, other: Version, arguments: Arguments) -> list[Pair]:
    from dqlkit.checks.documents import compared

    pairs = list(compared(one, other))
    if not arguments.data:
        return pairs
    return [pair._replace(difference=_with_data(pair, arguments)) for pair in pairs]


def _with_data(pair: Pair, arguments: Arguments) -> Difference:
    """The difference with the first records that differ."""
    from dqlkit.checks.answers import differing
    from dqlkit.frozen import replace

    if pair.one is None or pair.other is None or pair.difference.verdict in ("error", "same text"):
        return pair.difference
    given = tables(arguments) if arguments.table else None
    found = differing(pair.one, pair.other, given, run_options(arguments, "query"))
    return replace(pair.difference, records=tuple(found))


# ---- reports --------------------------------------------------------------------------------------------------------


def _report(files: Sequence[Compared], arguments: Arguments) -> None:
    if arguments.output_format == "text":
        lines = [line for file in files for line in _lines(file, arguments.all, len(files) > 1)]
        if lines:
            print("\n".join(lines))
        return
    objects = [_object(*file) for file in files]
    whole: dict[str, object] = {"same": all(one["same"] for one in objects), "files": objects}
    found = objects[0] if len(objects) == 1 else whole
    if arguments.output_format == "json":
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return
    differences = [pair.difference for _, _, pairs in files for pair in pairs]
    wrong = [difference.proof for difference in differences if difference.verdict == "error"]
    print(agent.answer("query differences", found, len(differences), wrong))


def _object(one: Version, other: Version, pairs: Sequence[Pair]) -> dict[str, object]:
    queries = [{"pointer": pair.place, **pair.difference.to_dict()} for pair in pairs]
    return {"a": one.name, "b": other.name, "same": all(pair.difference.same for pair in pairs), "queries": queries}


def _lines(file: Compared, all_: bool, titled: bool) -> Iterator[str]:
    one, other, pairs = file
    several = one.whole or other.whole
    if titled and not all_ and all(map(_is_quiet, pairs)):
        return
    if several and (titled or one.name == other.name):
        yield f"diff {one.name}" + (f" → {other.name}" if one.name != other.name else "")
    for pair in pairs:
        difference = pair.difference
        if several and not all_ and len(pairs) > 1 and _is_quiet(pair):
            continue
        name = f"{pair.place or other.name}: " if several else ""
        yield f"{name}{_verdict(difference)}"
        yield from (f"  {line}" for line in _said(difference))
    if several and len(pairs) > 1:
        same = sum(pair.difference.same for pair in pairs)
        yield f"{len(pairs)} queries, {same} the same"


def _is_quiet(pair: Pair) -> bool:
    """Whether there is nothing to say of two queries."""
    return pair.difference.same and not pair.difference.new and not pair.difference.gone


def _verdict(difference: Difference) -> str:
    if difference.verdict == "same plan":
        return f"mean the same: {difference.proof}"
    return f"{difference.verdict}: {difference.proof}" if difference.proof else difference.verdict


def _said(difference: Difference) -> Iterator[str]:
    for change in difference.changes:
        yield change.place
        yield from (f"  - {text}" for text in change.removed)
        yield from (f"  + {text}" for text in change.added)
    if difference.new or difference.gone:
        yield "findings" + (f" (cost {difference.cost:+})" if difference.cost else "")
        yield from (f"  - {found.code} {found.message}" for found in difference.gone)
        yield from (f"  + {found.code} {found.message}" for found in difference.new)
    yield from difference.records
