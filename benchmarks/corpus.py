"""Bind and run published queries on tables made from the fields that they name.

    python benchmarks/corpus.py CORPUS.jsonl [--sample N] [--list N]

Each line of the corpus is an object with `query` and `kind`. Printed: how many bind, how many run, the reasons of the
rest, and which functions ran row by row.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import dqlkit
from dqlkit.checks.making import NOW, tables_for
from dqlkit.engines.polars import Compiler, Frame
from dqlkit.functions.context import Context
from dqlkit.languages.dql.substitute import substitute
from dqlkit.plan.expressions import Call, walk
from dqlkit.plan.operators import Operator
from dqlkit.plan.walk import expressions, operators
from dqlkit.sources.table import FrameTable

#: Values that fit where such variables stand; any other variable is a text.
_KNOWN = {"dt_timeframe_from": "now-2h", "dt_timeframe_to": "now", "__timeFrom": "now-2h", "__timeTo": "now"}


def without_variables(text: str, language: str) -> str:
    """The text with a value for every variable."""
    if language != "dql":
        return text
    text = re.sub(r'"\$__time(?:From|To)"', '"now"', text)  # macros of another tool, within quotes
    names = re.findall(r"\$(\w+)", text)
    wanted = r"\blimit\s+(?:toLong\()?\$(\w+)|percentile\([^,()]*,\s*\$(\w+)"
    numbers = {name: 5 for found in re.findall(wanted, text) for name in found if name}
    values = dict.fromkeys(names, "value") | numbers | _KNOWN
    return substitute(dqlkit.parse(text).parsed, values)[0]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What stands in the way of a query (nothing, where it runs), the calls in its plan and those that ran row by row."""

    reason: str
    calls: Counter[str] = field(default_factory=Counter)
    slow: Counter[str] = field(default_factory=Counter)


def attempt(text: str, language: str) -> Attempt:
    """Run a query."""
    query = dqlkit.parse(text, language=language)  # type: ignore[arg-type]
    if query.errors:
        first = query.errors[0]
        return Attempt(f"{first.code} {first.message}")
    if not isinstance(query.plan, Operator):
        return Attempt("no plan")
    tables = {name: FrameTable(Frame.from_records(rows)) for name, rows in tables_for(query.plan).items()}
    compiler = Compiler(tables, Context(NOW))
    try:
        core = compiler.optimise(compiler.resolve(query.plan)).plan
        compiler.frame(core).collect()
    except dqlkit.DqlkitError as problem:
        return Attempt(f"{problem.diagnostics[0].code} {problem.diagnostics[0].message}")
    except BaseException as problem:
        if isinstance(problem, KeyboardInterrupt):
            raise
        return Attempt(f"CRASH {type(problem).__name__}: {str(problem).splitlines()[0] if str(problem) else ''}")
    held = (node for operator in operators(core) for one in expressions(operator) for node in walk(one))
    calls = Counter(node.function.name for node in held if isinstance(node, Call))
    return Attempt("", calls, Counter({name: calls[name] or 1 for name in compiler.calls.row_by_row}))


#: The functions that the patterns of `parse` have become.
_PATTERNS = ("parse", "jsonAt")


def share(name: str, calls: Counter[str], slow: Counter[str]) -> str:
    """How many of these calls ran on columns."""
    whole, rest = sum(calls.values()), sum(slow.values())
    return f"{name} on columns: {whole - rest} of {whole} ({(whole - rest) / max(whole, 1):.2%})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--language", default="dql")
    parser.add_argument("--sample", type=int, default=1)
    parser.add_argument("--list", type=int, default=30)
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.corpus.read_text("utf-8").splitlines()]
    rows = [r for r in rows if r.get("kind", "query") == "query" and r.get("valid", True) and not r.get("suspect")]
    reasons: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    calls: Counter[str] = Counter()
    slow: Counter[str] = Counter()
    good = 0
    rows = rows[:: arguments.sample]
    for row in rows:
        found = attempt(without_variables(row["query"], arguments.language), arguments.language)
        reason = found.reason
        good += not reason
        calls.update(found.calls)
        slow.update(found.slow)
        if reason:
            reasons[reason[:110]] += 1
            examples.setdefault(reason[:110], []).append(row["id"])
    for reason, count in reasons.most_common(arguments.list):
        print(f"{count:5}  {reason}   e.g. {', '.join(examples[reason][:3])}")
    print("row by row:", ", ".join(f"{name} {count}" for name, count in slow.most_common(25)))
    print(share("calls", calls, slow))
    chosen = [Counter({name: counted[name] for name in _PATTERNS}) for counted in (calls, slow)]
    print(share("patterns", *chosen))
    print(f"bound and run: {good} of {len(rows)} ({good / len(rows):.2%})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
