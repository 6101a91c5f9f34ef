"""What one key costs in an editor: from the change of the text to the findings that are sent.

    python benchmarks/keys.py [--rounds 40] [--profile NAME]

Milliseconds of processor, the fastest and the median of many keys, without the pipe between editor and server. Each key
makes a text that was not seen before.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types

from dqlkit.__main__ import collect_seldom
from dqlkit.diagnostics import Span
from dqlkit.lsp import answers
from dqlkit.lsp.files import File
from dqlkit.lsp.positions import changed

#: Sixty lines as people write them: one condition, one computed field, one key a line.
TYPICAL = "\n".join(
    (
        "fetch logs, from:-2h",
        '| filter loglevel == "ERROR" or',
        '    loglevel == "WARN"',
        *(f'| filterOut contains(content, "noise {n}")' for n in range(12)),
        "| parse content, \"LD 'id=' INT:id ' took ' LONG:took\"",
        "| fieldsAdd",
        *(f"    part{n} = if(took > {n}00, took - {n}00, else: 0)," for n in range(14)),
        "    slow = took > 500",
        "| lookup [",
        "    fetch users",
        "    | fields id, name, team",
        "  ], sourceField: id, lookupField: id",
        "| summarize {",
        "    n = count(),",
        *(f"    total{n} = sum(part{n})," for n in range(14)),
        "    slowest = max(took)",
        "  }, by: { host.name, lookup.team }",
        "| fieldsAdd share = 100.0 * slowest / n",
        "| filter n > 10",
        "| sort share desc",
        "| limit 20",
    )
)
#: Sixty lines that each compute three fields out of those before.
DENSE = "\n".join(
    (
        "fetch logs, from:-2h",
        *(
            f"| fieldsAdd a{n} = toLong(a{n - 1}) + {n} * size, b{n} = if(a{n - 1} > {n} and isNotNull(b{n - 1}), "
            f'"big{n}", else: lower(b{n - 1})), c{n} = concat(b{n - 1}, "-", toString(a{n - 1}))'
            for n in range(1, 58)
        ),
        "| summarize n = count(), a = avg(a57), by: { b57, c57 }",
        "| sort n desc",
    )
)


def dashboard(tiles: int = 40) -> str:
    """A dashboard of some 800 lines: every tile has a query of its own, and what charts need."""
    query = (
        'fetch logs, from:-{n}h\n| filter loglevel == "ERROR" and contains(content, "{n}")\n'
        "| summarize n = count(), by: {{ host.name, level{n} }}\n| sort n desc\n| limit {n}"
    )
    made = {
        str(n): {
            "title": f"Tile {n}",
            "type": "data",
            "query": query.format(n=n),
            "visualization": "lineChart",
            "visualizationSettings": {"chartSettings": {"gapPolicy": "connect", "colors": ["#112233", "#445566"]}},
            "querySettings": {"maxResultRecords": 1000, "defaultScanLimitGbytes": 500, "enableSampling": False},
        }
        for n in range(1, tiles + 1)
    }
    return json.dumps({"version": 15, "variables": [], "tiles": made, "layouts": {}}, indent=2)


TEXTS = {
    "typical.dql": (TYPICAL, "if(took > "),
    "dense.dql": (DENSE, "toLong(a29) + "),
    "dashboard.json": (dashboard(), "Tile "),
    "query of dashboard.json": (dashboard(), 'contains(content, \\"'),
}


def keys(file: File, behind: str, rounds: int) -> Iterator[float]:
    """The milliseconds of each key: the digit behind a text is replaced by one after the other."""
    offset = file.text.index(behind) + len(behind)
    place = file.positions.range(Span(offset, offset + 1))
    for number in range(rounds):
        change = types.TextDocumentContentChangePartial(place, str(1 + number % 9))
        start = time.process_time()
        file.update(changed(file.positions, [change]), number)
        answers.diagnostics(file)
        yield 1000 * (time.process_time() - start)


def opened(name: str, text: str) -> File:
    """A file as the server holds it."""
    path = name.split()[-1]
    file = File(Path("/nowhere", path).as_uri(), f"/nowhere/{path}", "", "utf-16")
    file.update(text, 0)
    return file


def main() -> None:
    """Measure each text, or say where the time of one of them goes."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=40)
    arguments.add_argument("--profile", choices=[*TEXTS])
    given = arguments.parse_args()
    collect_seldom()
    for name, (text, behind) in TEXTS.items() if given.profile is None else [(given.profile, TEXTS[given.profile])]:
        file = opened(name, text)
        list(keys(file, behind, 5))
        if given.profile:
            with cProfile.Profile() as profile:
                list(keys(file, behind, given.rounds))
            pstats.Stats(profile).sort_stats("cumulative").print_stats(60)
            return
        taken = list(keys(file, behind, given.rounds))
        lines, found = text.count("\n") + 1, len(list(file.spans()))
        print(f"{name}: {lines} lines, {found} findings: {min(taken):.1f} ms, median {statistics.median(taken):.1f}")


if __name__ == "__main__":
    main()
