"""Findings for machines: JSON, SARIF 2.1.0, annotations of GitHub and GitLab, JUnit, a Markdown summary.

Each takes located findings and gives the whole text of a report.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dqlkit.diagnostics import Diagnostic, Fix, Span
from dqlkit.diagnostics.agent import answer
from dqlkit.diagnostics.lines import Lines
from dqlkit.frozen import frozen
from dqlkit.version import __version__

__all__ = ["FORMATS", "Located"]


@frozen
class Located:
    """A finding with where it begins and ends in its file, from 1, columns in code points; `stage` is the text there.

    `rule` is the name of what reports it, `summary` what that looks for in a sentence, `inner` where it is in `query`.
    """

    path: str
    diagnostic: Diagnostic
    line: int
    column: int
    end_line: int
    end_column: int
    pointer: str = ""
    stage: str = ""
    rule: str = ""
    summary: str = ""
    query: str = ""
    inner: Span = Span(0, 0)

    @property
    def fingerprint(self) -> str:
        """What stays the same when other lines of the file change; findings of the same words in one file share it."""
        return self.repeated(0)

    def repeated(self, times: int) -> str:
        """A fingerprint of its own for the finding that so many of the same words stand before."""
        import hashlib  # loads OpenSSL, and few reports tell it

        path = os.path.relpath(self.path).replace(os.sep, "/")  # however the file was named
        held = (path, self.diagnostic.code, self.pointer, self.stage, *([str(times)] if times else []))
        return hashlib.sha256("\0".join(held).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _fingerprints(findings: Sequence[Located]) -> list[str]:
    """A distinct fingerprint for each finding."""
    before: Counter[str] = Counter()
    made = []
    for finding in findings:
        shared = finding.fingerprint
        made.append(finding.repeated(before[shared]))
        before[shared] += 1
    return made


def concise(findings: Sequence[Located]) -> str:
    """One line each."""
    return "\n".join(f"{f.path}:{f.line}:{f.column}: {f.diagnostic.code} {f.diagnostic.message}" for f in findings)


def _written(report: Any, compact: bool = False) -> str:
    import json  # most runs print text

    return json.dumps(report, ensure_ascii=False, **({"separators": (",", ":")} if compact else {"indent": 2}))


def as_json(findings: Sequence[Located]) -> str:
    """An array of objects."""
    return _written([_object(finding) for finding in findings])


def as_agent(findings: Sequence[Located]) -> str:
    """The findings in the envelope of agents, with the fixes that can be made at once."""
    fixable = sum(finding.diagnostic.fix is not None and finding.diagnostic.fix.safe for finding in findings)
    suggestions = [f"`dqlkit lint --fix` mends {fixable} of them"] if fixable else []
    codes = dict.fromkeys(finding.diagnostic.code for finding in findings)
    suggestions += [f"`dqlkit rule {code}` says more" for code in codes]
    return answer("findings", {"findings": [_object(one) for one in findings]}, len(findings), (), suggestions)


def _object(finding: Located) -> dict[str, Any]:
    diagnostic = finding.diagnostic
    fix = diagnostic.fix
    return {
        "path": finding.path,
        "pointer": finding.pointer,
        "code": diagnostic.code,
        "rule": finding.rule,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "location": {"line": finding.line, "column": finding.column},
        "end_location": {"line": finding.end_line, "column": finding.end_column},
        "query_location": dict(
            zip(("line", "column"), Lines(finding.query).position(finding.inner.start), strict=True)
        ),
        "fix": None
        if fix is None
        else {
            "message": fix.message,
            "safe": fix.safe,
            "edits": [{"start": e.span.start, "end": e.span.end, "text": e.text} for e in fix.edits],
        },
    }


_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def sarif(findings: Sequence[Located]) -> str:
    """One run of SARIF 2.1.0, columns in code points."""
    rules = {finding.diagnostic.code: _rule(finding) for finding in reversed(findings)}
    codes = sorted(rules)
    run = {
        "tool": {"driver": {"name": "dqlkit", "version": __version__, "rules": [rules[code] for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(*one, codes) for one in zip(findings, _fingerprints(findings), strict=True)],
    }
    report = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return _written(report, compact=True)  # for machines, who limit its size


def _rule(finding: Located) -> dict[str, Any]:
    described = {"name": finding.rule, "shortDescription": {"text": finding.summary}} if finding.rule else {}
    return {"id": f"dqlkit/{finding.diagnostic.code}", **described}


def _result(finding: Located, fingerprint: str, codes: Sequence[str]) -> dict[str, Any]:
    diagnostic = finding.diagnostic
    text = " ".join(part for part in (diagnostic.message, diagnostic.help) if part)
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
    }
    return {
        "ruleId": f"dqlkit/{diagnostic.code}",
        "ruleIndex": codes.index(diagnostic.code),
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(finding.path)}, "region": region}}],
        "partialFingerprints": {"dqlkit/v1": fingerprint},
        **({"fixes": [_fix(finding, diagnostic.fix)]} if diagnostic.fix else {}),
    }


def _fix(finding: Located, fix: Fix) -> dict[str, Any]:
    replacements = [
        {
            "deletedRegion": {"charOffset": edit.span.start, "charLength": edit.span.end - edit.span.start},
            "insertedContent": {"text": edit.text},
        }
        for edit in fix.edits
    ]
    change = {"artifactLocation": {"uri": _uri(finding.path)}, "replacements": replacements}
    return {"description": {"text": fix.message}, "artifactChanges": [change]}


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path.replace("\\", "/"))


def github(findings: Sequence[Located]) -> str:
    """Workflow commands that annotate a pull request."""
    kinds = {"error": "error", "warning": "warning", "info": "notice"}

    def line(finding: Located) -> str:
        d = finding.diagnostic
        place = f"file={_property(finding.path)},line={finding.line},col={finding.column},endLine={finding.end_line}"
        return f"::{kinds[d.severity]} {place},title=dqlkit {d.code}::{_data(d.message)}"

    return "\n".join(map(line, findings))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def gitlab(findings: Sequence[Located]) -> str:
    """A code quality report."""
    severities = {"error": "major", "warning": "minor", "info": "info"}
    report = [
        {
            "check_name": f.diagnostic.code,
            "description": f.diagnostic.message,
            "severity": severities[f.diagnostic.severity],
            "fingerprint": fingerprint,
            "location": {
                "path": f.path,
                "lines": {"begin": f.line},
                "positions": {
                    "begin": {"line": f.line, "column": f.column},
                    "end": {"line": f.end_line, "column": f.end_column},
                },
            },
        }
        for f, fingerprint in zip(findings, _fingerprints(findings), strict=True)
    ]
    return _written(report)


def junit(findings: Sequence[Located]) -> str:
    """A test suite in which every error and warning is a failed case; what only advises is one that passed and says so."""
    from html import escape

    def case(finding: Located) -> str:
        said = finding.diagnostic
        message, help = escape(said.message), escape(said.help)
        outcome = (
            f"<system-out>{message} {help}</system-out>"
            if said.severity == "info"
            else f"<failure type='{said.severity}' message='{message}'>{help}</failure>"
        )
        name = f"{said.code}:{finding.line}:{finding.column}"
        return f"  <testcase classname='{escape(finding.path)}' name='{name}'>\n    {outcome}\n  </testcase>"

    body = "\n".join(map(case, findings)) or '  <testcase classname="dqlkit" name="lint"/>'
    failures = sum(finding.diagnostic.severity != "info" for finding in findings)
    head = f'<testsuite name="dqlkit" tests="{max(len(findings), 1)}" failures="{failures}" errors="0">'
    return f'<?xml version="1.0" encoding="utf-8"?>\n{head}\n{body}\n</testsuite>'


def markdown(findings: Sequence[Located]) -> str:
    """A summary for people: counts by rule, then a table."""
    counts = Counter(f.diagnostic.code for f in findings)
    lines = [f"**dqlkit**: {len(findings)} findings", "", "| rule | findings |", "| --- | --- |"]
    lines += [f"| {code} | {count} |" for code, count in counts.most_common()]
    lines += ["", "| place | rule | what |", "| --- | --- | --- |"]
    for f in findings:
        message = f.diagnostic.message.replace("|", "\\|")
        lines.append(f"| {f.path}:{f.line}:{f.column} | {f.diagnostic.code} | {message} |")
    return "\n".join(lines)


FORMATS: Mapping[str, Callable[[Sequence[Located]], str]] = {
    "concise": concise,
    "json": as_json,
    "agent": as_agent,
    "sarif": sarif,
    "github": github,
    "gitlab": gitlab,
    "junit": junit,
    "markdown": markdown,
}
