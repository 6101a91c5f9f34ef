"""Runs query tests."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from dqlkit.checks.expectations import compared
from dqlkit.checks.files import Case
from dqlkit.checks.sources import Named, NoQuery, named
from dqlkit.diagnostics import Diagnostic
from dqlkit.errors import DqlkitError
from dqlkit.frozen import frozen, replace
from dqlkit.linting.catalogue import rules
from dqlkit.linting.check import check_query
from dqlkit.linting.settings import settings_for
from dqlkit.results import Result
from dqlkit.run.session import Session

__all__ = ["Outcome", "found_cost", "run"]


@frozen
class Outcome:
    """What became of a test: `problems` is empty where it passed. `came` is the answer, where the query was run."""

    case: Case
    problems: tuple[str, ...]
    seconds: float
    came: Result | None = None
    findings: Sequence[Diagnostic] = ()
    error: str = ""

    @property
    def passed(self) -> bool:
        return not self.problems


def run(case: Case) -> Outcome:
    """The outcome of a test. Raises nothing: what goes wrong is a problem of the test."""
    began = time.perf_counter()
    try:
        query = named(case.query, case.path.parent, case.language)
    except NoQuery as problem:
        return Outcome(case, (str(problem),), time.perf_counter() - began)
    query = query if case.language is None else Named(replace(query.embedded, language=case.language), query.path)
    findings = _findings(query, case)
    came, error = _answer(query, case) if case.expected.runs else (None, "")
    problems = (*_linted(findings, case), *_errors(error, case), *(compared(came, case.expected) if came else ()))
    return Outcome(case, problems, time.perf_counter() - began, came, findings, error)


def _findings(query: Named, case: Case) -> list[Diagnostic]:
    path = case.path.parent / query.path if query.path else case.path
    found = check_query(query.embedded, settings_for(str(path.resolve().parent)), str(path))
    return [one.within(query.text) for one in found]


def found_cost(findings: Sequence[Diagnostic]) -> int:
    """The weights of cost findings together."""
    return sum(rules()[found.code].weight for found in findings if found.code in rules())


def _answer(query: Named, case: Case) -> tuple[Result | None, str]:
    """The answer, or why there is none."""
    try:
        session = Session(case.tables, **case.options)
        result = session.query(query.text, query.language, query.part)
        result.records  # noqa: B018 - what fails while records are written fails here
    except DqlkitError as problem:
        return None, "\n".join(str(found) for found in problem.diagnostics) or str(problem)
    except (TypeError, ValueError) as problem:  # options that the file gives
        return None, str(problem)
    return result, ""


def _linted(findings: Sequence[Diagnostic], case: Case) -> Iterator[str]:
    """What the linter found and should not have, or the other way round. Advice counts only where it is named."""
    expected = case.expected
    if expected.lint is not None:
        found = {one.code for one in findings}
        loud = {one.code for one in findings if one.severity != "info"}
        missing, more = set(expected.lint) - found, loud - set(expected.lint)
        if missing or more:
            shown = [f"  + {one}" for one in findings if one.code in more]
            yield "\n".join(["lint", *(f"  - {code}" for code in sorted(missing)), *shown])
    if expected.max_cost is not None and (cost := found_cost(findings)) > expected.max_cost:
        weights = (f"  {one.code} {rules()[one.code].weight}" for one in findings if rules()[one.code].weight)
        yield "\n".join([f"cost\n  expected  at most {expected.max_cost}\n  came      {cost}", *weights])


def _errors(error: str, case: Case) -> Iterator[str]:
    expected = case.expected
    if expected.error is None:
        if error:
            yield "error\n" + "\n".join(f"  + {line}" for line in error.splitlines())
    elif not error:
        yield f"error\n  - {expected.error}\n  the query ran"
    elif expected.error not in error:
        yield f"error\n  - {expected.error}\n" + "\n".join(f"  + {line}" for line in error.splitlines())
