"""Findings on the second corpus, which nobody tuned the rules to, judged one by one: all errors and warnings, and the first
infos of each rule.

Each text is linted in such a file as it was published in. A finding is useless where who reviews the query would not act
on it; at most 1 in 20 may be. What was wrong when it was judged and is not told any more stays in the file.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from dqlkit.linting.check import check_text
from dqlkit.linting.settings import Settings
from tests.shared import lines, needs

CORPUS = "corpus/dql-2.jsonl"
VERDICTS = Path(__file__).parent / "judged_findings.tsv"
#: Of the infos of a rule so many are judged.
INFOS = 3
#: Names of files by the kind of text, and by where it stood, with what stands around it there.
KINDS = {"query": "x.dql", "template": "x.dql", "fragment": "x.dqlpart", "matcher": "x.dqlexpr"}
HOSTS = {
    "markdown": ("x.md", "```dql\n", "\n```\n"),
    "code-py": ("x.py", 'text = f"""', '"""\n'),
    "workflow-matcher": ("x.dqlexpr", "", ""),
}
CONTEXTS = {"dashboard": "dashboard-tile", "notebook": "notebook", "guardian": "guardian", "workflow": "workflow-task"}

Finding = tuple[str, str, int]


def hosted(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """The name of a file for a text, and what stands before and behind it there."""
    context = row["context"]
    if row["kind"] == "matcher":
        return KINDS["matcher"], "", ""
    if context.startswith("markdown-fence-dql"):
        return "x.md", f"```{context.removeprefix('markdown-fence-')}\n", "\n```\n"
    return next((host for at, host in HOSTS.items() if context.startswith(at)), (KINDS[row["kind"]], "", ""))


def found() -> Iterator[tuple[Finding, str]]:
    """Every finding, as the text's id, the rule and the offset in the text; and its severity."""
    for row in lines(CORPUS):
        name, before, behind = hosted(row)
        context = CONTEXTS.get(row["context"], "")
        for finding in check_text(f"{before}{row['query']}{behind}", name, Settings(), context):
            diagnostic = finding.diagnostic
            yield (row["id"], diagnostic.code, diagnostic.span.start - len(before)), diagnostic.severity


def judgeable(told: Iterable[tuple[Finding, str]]) -> set[Finding]:
    """Those that are judged, the infos by a hash."""
    chosen: set[Finding] = set()
    infos: Counter[str] = Counter()
    for one, severity in sorted(
        told, key=lambda pair: hashlib.sha256("{}:{}:{}".format(*pair[0]).encode()).hexdigest()
    ):
        infos[one[1]] += severity == "info"
        chosen |= {one} if severity != "info" or infos[one[1]] <= INFOS else set()
    return chosen


@needs(CORPUS)
def test_findings_are_worth_reading() -> None:
    with VERDICTS.open(encoding="utf-8", newline="") as file:
        verdicts = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    known = {(one["id"], one["code"], int(one["start"])): one["verdict"] for one in verdicts}
    told = list(found())
    assert len(known) == len(verdicts) >= 200
    assert {one for one, verdict in known.items() if verdict == "right"} <= {one for one, _ in told}
    assert sum(verdict != "right" for verdict in known.values()) * 20 <= len(known)
    unjudged = judgeable(told) - known.keys()
    assert len(unjudged) * 10 < len(known), unjudged  # else they have to be judged too
