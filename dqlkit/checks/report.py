"""Reports of query tests: for people, as JSON, and as JUnit's XML, which build servers read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from html import escape

from dqlkit.checks.runner import Outcome
from dqlkit.diagnostics.agent import answer

__all__ = ["FORMATS", "failure", "summary"]


def failure(outcome: Outcome) -> str:
    """What is wrong with a test, in lines."""
    lines = [f"{outcome.case.path}:{outcome.case.line}: {outcome.case.name}"]
    lines += [f"    {line}" for problem in outcome.problems for line in problem.splitlines()]
    return "\n".join(lines)


def summary(outcomes: Sequence[Outcome]) -> str:
    """One line about all tests."""
    failed = sum(not outcome.passed for outcome in outcomes)
    seconds = sum(outcome.seconds for outcome in outcomes)
    counted = [f"{failed} failed"] if failed else []
    return ", ".join([*counted, f"{len(outcomes) - failed} passed"]) + f" in {seconds:.1f} s"


def text(outcomes: Sequence[Outcome]) -> str:
    """The tests that fail, and how many there are."""
    return "\n\n".join([*(failure(one) for one in outcomes if not one.passed), summary(outcomes)])


def as_json(outcomes: Sequence[Outcome]) -> str:
    tests = [
        {
            "file": str(one.case.path),
            "line": one.case.line,
            "name": one.case.name,
            "passed": one.passed,
            "problems": list(one.problems),
            "seconds": round(one.seconds, 3),
        }
        for one in outcomes
    ]
    failed = sum(not one.passed for one in outcomes)
    return json.dumps(
        {"passed": len(outcomes) - failed, "failed": failed, "tests": tests}, indent=2, ensure_ascii=False
    )


def as_agent(outcomes: Sequence[Outcome]) -> str:
    """The tests in the envelope of agents."""
    failed = [one.case.name for one in outcomes if not one.passed]
    suggestions = ["`dqlkit test --update` writes what came into the expectations, if it is right"] if failed else []
    result = json.loads(as_json(outcomes))
    return answer("query tests", result, len(outcomes), [f"{name} fails" for name in failed], suggestions)


def junit(outcomes: Sequence[Outcome]) -> str:
    """A test suite for each file."""
    files = dict.fromkeys(str(one.case.path) for one in outcomes)
    suites = "\n".join(_suite(name, [one for one in outcomes if str(one.case.path) == name]) for name in files)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n{suites}\n</testsuites>'


def _suite(name: str, outcomes: Sequence[Outcome]) -> str:
    failed = sum(not one.passed for one in outcomes)
    seconds = sum(one.seconds for one in outcomes)
    counts = f'tests="{len(outcomes)}" failures="{failed}" errors="0" time="{seconds:.3f}"'
    return "\n".join([f'  <testsuite name="{escape(name)}" {counts}>', *map(_testcase, outcomes), "  </testsuite>"])


def _testcase(one: Outcome) -> str:
    head = f'<testcase classname="{escape(str(one.case.path))}" name="{escape(one.case.name)}" time="{one.seconds:.3f}"'
    if one.passed:
        return f"    {head}/>"
    first = escape(one.problems[0].splitlines()[0])
    body = _printable(escape("\n".join(one.problems)))
    return f'    {head}>\n      <failure message="{_printable(first)}">{body}</failure>\n    </testcase>'


def _printable(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return "".join(c if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff") else "\ufffd" for c in text)


FORMATS: Mapping[str, Callable[[Sequence[Outcome]], str]] = {
    "text": text,
    "json": as_json,
    "junit": junit,
    "agent": as_agent,
}
