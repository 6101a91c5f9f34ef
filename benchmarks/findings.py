"""What the linter says of published queries, and what its fixes do to them:
`python benchmarks/findings.py CORPUS.jsonl… [--hosts FOLDER]`.

A line of a corpus is an object with `query`, `kind` (query, template, fragment, matcher) and, where somebody judged it,
`valid`. Counted are errors said of right queries, wrong queries with an error, findings by severity, and fixes that break a
text: made together they leave more errors than before, or a second round changes the text again. `--slips` makes mistakes
in the texts first, as people do.

A folder of hosts has files and `expectations.json`: {file: {"queries": [{"probe": [line, column]}]}}. A query is found where
a bracket too many, put into it at its `probe`, is reported there.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from dqlkit.linting.check import check_text, fix_text
from dqlkit.linting.settings import Settings
from tests.linting.slips import slipped

#: A file that a user would put such a text into.
FILES = {"query": "x.dql", "template": "x.dql", "fragment": "x.dqlpart", "matcher": "x.dqlexpr"}
_NEAR = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="*", type=Path)
    parser.add_argument("--hosts", type=Path)
    parser.add_argument("--slips", action="store_true")
    arguments = parser.parse_args()
    for corpus in arguments.corpora:
        rows = [json.loads(line) for line in corpus.read_text("utf-8").splitlines()]
        if arguments.slips:
            rows = [{**row, "query": slipped(row["query"], n), "valid": None} for n, row in enumerate(rows)]
        told = Counter(said for row in rows for said in _of_row(row))
        print(f"{corpus.name}: {len(rows)} texts")
        for what, number in sorted(told.items()):
            print(f"  {number:6} {what}")
    if arguments.hosts:
        found, wanted = _hosts(arguments.hosts)
        print(f"{arguments.hosts}: {found} of {wanted} queries found")


def _of_row(row: Mapping[str, Any]) -> Iterator[str]:
    """What counts of one text."""
    name, text = FILES[row["kind"]], row["query"]
    severities = [finding.diagnostic.severity for finding in check_text(text, name, Settings())]
    yield from (f"findings: {severity}" for severity in severities)
    if isinstance(row.get("valid"), bool):
        is_told = "with an error" if "error" in severities else "without an error"
        yield f"{'right' if row['valid'] else 'wrong'} texts {is_told}"
    for unsafe in (False, True):
        fixed = _fixed(text, name, unsafe)
        if fixed != text:
            kind = "unsafe" if unsafe else "safe"
            yield f"texts with {kind} fixes"
            if _errors(fixed, name) > _errors(text, name):
                yield f"texts that {kind} fixes break"
            elif _fixed(fixed, name, unsafe) != fixed:
                yield f"texts that {kind} fixes change again"


def _fixed(text: str, name: str, unsafe: bool) -> str:
    made = fix_text(text, name, Settings(), unsafe)
    return made if isinstance(made, str) else made[0]  # versions before told only the text


def _errors(text: str, name: str) -> int:
    return sum(finding.diagnostic.severity == "error" for finding in check_text(text, name, Settings()))


def _hosts(folder: Path) -> tuple[int, int]:
    """How many of the queries of a folder are found, and how many there are."""
    found = wanted = 0
    for name, what in json.loads((folder / "expectations.json").read_text("utf-8")).items():
        probes = [query["probe"] for query in what["queries"] if not query.get("optional")]
        damaged = _damaged((folder / name).read_bytes().decode("utf-8"), probes)
        reported = [finding.diagnostic.span.start for finding in check_text(damaged, name, Settings())]
        starts = _starts(damaged)
        places = [starts[line - 1] + column - 1 for line, column in probes]
        found += sum(any(abs(place - at) <= _NEAR for at in reported) for place in places)
        wanted += len(probes)
    return found, wanted


def _damaged(text: str, probes: Sequence[Sequence[int]]) -> str:
    """The text with a bracket too many at each probe, the last one first so that places stay."""
    starts = _starts(text)
    for line, column in sorted(probes, reverse=True):
        at = starts[line - 1] + column - 1
        text = f"{text[:at]} ){text[at:]}"
    return text


def _starts(text: str) -> list[int]:
    return [0, *(n + 1 for n, character in enumerate(text) if character == "\n")]


if __name__ == "__main__":
    main()
