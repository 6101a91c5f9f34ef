"""Find mistakes in queries, wherever they are kept: query files, dashboards, notebooks, Terraform, Markdown."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from dqlkit.cli import terminal
from dqlkit.cli.arguments import Arguments, add_list
from dqlkit.cli.watch import add_watch, watched
from dqlkit.diagnostics import Diagnostic, Span
from dqlkit.diagnostics.formats import FORMATS, Located
from dqlkit.diagnostics.lines import Lines
from dqlkit.diagnostics.text import full
from dqlkit.frozen import field, mutable, replace
from dqlkit.hosts import known
from dqlkit.hosts.document import CONTEXTS
from dqlkit.hosts.located import Problem
from dqlkit.linting.baseline import new_findings, write_baseline
from dqlkit.linting.catalogue import rules
from dqlkit.linting.check import Checked, Finding, check_file, check_text, fix_text, ignore_text, is_loud, unreadable
from dqlkit.linting.discovery import discover
from dqlkit.linting.linter import misfit, unknown
from dqlkit.linting.settings import Settings, SettingsError, folder_of, read_settings, settings_for

if TYPE_CHECKING:
    import argparse

#: With fewer files a process takes longer to start than it saves.
_FILES_FOR_A_JOB = 100


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; - reads standard input; default: .")
    add_list(parser, "--select", metavar="RULES", help="only these: codes, prefixes, names")
    add_list(parser, "--extend-select", metavar="RULES", help="these as well")
    add_list(parser, "--ignore", metavar="RULES", help="all but these")
    parser.add_argument("--code", action="store_true", help="in folders, look into strings of code too")
    parser.add_argument("--config", metavar="FILE", help="settings from this file, not from the nearest one")
    parser.add_argument("--isolated", action="store_true", help="no settings file at all")
    parser.add_argument("--fix", action="store_true", help="make the fixes that cannot change a meaning")
    parser.add_argument("--unsafe-fixes", action="store_true", help="make the other fixes too")
    parser.add_argument("--diff", action="store_true", help="show what fixes would change, and change nothing")
    parser.add_argument("--add-ignore", action="store_true", help="write a comment for each finding that is left")
    parser.add_argument("--output-format", choices=("full", *FORMATS), help="default: full on a terminal, else concise")
    parser.add_argument("--output-file", metavar="FILE", help="write the report to a file")
    parser.add_argument("--statistics", action="store_true", help="count findings by rule")
    parser.add_argument("--baseline", metavar="FILE", help="findings that this file knows do not count")
    parser.add_argument("--write-baseline", metavar="FILE", help="write what is found as known")
    parser.add_argument(
        "--max-cost", type=int, metavar="N", help="fail where the weights of cost findings add up to more"
    )
    parser.add_argument(
        "--explain-defaults", action="store_true", help="list what fails a run, what advises, what is off"
    )
    add_watch(parser)
    parser.add_argument("--exit-zero", action="store_true", help="exit 0 whatever is found")
    parser.add_argument(
        "--jobs",
        type=int,
        default=0,
        metavar="N",
        help="work on N files at once; default: by their number and the cores",
    )
    parser.add_argument(
        "--dtctl-hook", action="store_true", help="as a hook of dtctl: TYPE FILE, the resource by standard input"
    )
    parser.add_argument(
        "--stdin-filename", default="stdin.dql", metavar="NAME", help="what standard input would be called"
    )
    parser.add_argument(
        "--stdin-context",
        default="",
        choices=("", *CONTEXTS),
        metavar="CONTEXT",
        help="where its query stands, as dashboard-tile",
    )


def run(arguments: Arguments) -> int:
    if arguments.watch:
        return watched(lambda: _told(arguments), lambda: discover(arguments.paths or ["."], arguments.code))
    return _told(arguments)


def _told(arguments: Arguments) -> int:
    try:
        return _run(arguments)
    except (SettingsError, RuntimeError) as problem:
        raise terminal.UsageError(str(problem)) from None


def _run(arguments: Arguments) -> int:
    _check_selectors(arguments)
    if arguments.explain_defaults:
        print(_defaults())
        return 0
    if arguments.dtctl_hook:
        return _hook(arguments)
    if arguments.paths == ["-"]:
        return _standard_input(arguments)
    paths, unread = terminal.readable(discover(arguments.paths or ["."], arguments.code))
    status = _linted(paths, unread, arguments)
    return 2 if unread else status


def _hook(arguments: Arguments) -> int:
    """What dtctl asks before it applies a resource: its JSON comes by standard input, the words are its type and its file,
    and findings go to standard error. A status other than 0 holds dtctl back."""
    if len(arguments.paths) != 2:
        raise terminal.UsageError("--dtctl-hook takes the type and the file that dtctl gives")
    text, name = terminal.read_standard_input(), arguments.paths[1]
    arguments.output_format = arguments.output_format or "concise"
    found = check_text(text, name, _settings(arguments, name))  # JSON is what YAML is as well
    return _reported(_located(found, {name: text}), {name: text}, arguments, None, sys.stderr)


def _standard_input(arguments: Arguments) -> int:
    """With fixes the mended text goes to standard output, and what is left to report to standard error."""
    text, name, stream = terminal.read_standard_input(), arguments.stdin_filename, sys.stdout
    made: Counter[str] = Counter()
    settings = _settings(arguments, name)
    if arguments.diff or arguments.fix or arguments.unsafe_fixes:
        fixed, made = fix_text(text, name, settings, arguments.unsafe_fixes, arguments.stdin_context)
        if arguments.diff:
            terminal.print_diff(name, text, fixed)
            return 1 if fixed != text else 0
        sys.stdout.write(fixed)
        text, stream = fixed, sys.stderr
    found = check_text(text, name, settings, arguments.stdin_context)
    status = _reported(_located(found, {name: text}), {name: text}, arguments, None, stream)
    if made:
        _tell_fixes(name, made)
    return status


def _linted(paths: Sequence[str], unread: Mapping[str, str], arguments: Arguments) -> int:
    if arguments.diff or arguments.fix or arguments.unsafe_fixes:
        changed = [path for path in paths if _fixed(path, arguments)]
        if arguments.diff:
            return 1 if changed else 0
    texts, found, looked = _checked(paths, arguments)
    looked.unread = len(unread)
    if arguments.add_ignore:
        return _ignored(texts, arguments)
    for path, why in unread.items():
        if os.path.exists(path):
            texts[path] = ""
            found += unreadable(path, _settings(arguments, path), Problem(0, f"{why}.", "Nothing in it was looked at."))
    status = _reported(_located(found, texts), texts, arguments, looked)
    return 2 if looked.unknown else status


def _check_selectors(arguments: Arguments) -> None:
    for name in ("select", "extend_select", "ignore"):
        selectors = [part.strip() for item in getattr(arguments, name) for part in item.split(",") if part.strip()]
        setattr(arguments, name, selectors)
        missing = unknown(selectors)
        if missing:
            raise SettingsError(f"there is no rule {missing[0]!r}; `dqlkit rule --all` lists them")


def _settings(arguments: Arguments, path: str) -> Settings:
    if arguments.config:
        settings = read_settings(arguments.config) or Settings()
    else:
        settings = Settings() if arguments.isolated else settings_for(folder_of(path))
    if problem := misfit(settings):
        raise SettingsError(f"{settings.root}: {problem}")
    return replace(
        settings,
        select=tuple(arguments.select) or settings.select,
        extend_select=(*settings.extend_select, *arguments.extend_select),
        ignore=(*settings.ignore, *arguments.ignore),
        max_cost=settings.max_cost if arguments.max_cost is None else arguments.max_cost,
        baseline=arguments.baseline or (settings.baseline and os.path.join(settings.root, settings.baseline)),
    )


_KINDS = (
    ("error", "Errors fail a run: the query does not run as it stands. In Markdown only what cannot be read is one."),
    ("warning", "Warnings fail a run: the query runs, probably not as meant."),
    ("cost", "Cost adds up, and fails a run only with `--max-cost`."),
    ("info", "Infos advise, and fail nothing."),
    ("off", "These are off until `--extend-select` names them."),
)


def _defaults() -> str:
    """The rules by what they do without settings."""
    by_kind: dict[str, list[str]] = {}
    for rule in rules().values():
        kind = "off" if not rule.default else "cost" if rule.weight else rule.severity
        by_kind.setdefault(kind, []).append(f"  {rule.code}  {rule.name:<34} {rule.summary}")
    return "\n\n".join("\n".join([said, *by_kind[kind]]) for kind, said in _KINDS if kind in by_kind)


# ---- checking -------------------------------------------------------------------------------------------------------


@mutable(slots=False)
class _Looked:
    """What was looked at: files, those that hold queries, how many; files that nobody knows how to read, with the reason."""

    files: int = 0
    holding: int = 0
    queries: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    unknown: list[str] = field(default_factory=list)
    unread: int = 0

    def __str__(self) -> str:
        said = f"{_many(self.queries, 'query', 'queries')} in {self.holding} of {_many(self.files, 'file', 'files')}"
        skipped = [f"{number} skipped: {why}" for why, number in self.skipped.most_common()]
        return "; ".join([said, *skipped, *([f"{self.unread} cannot be read"] if self.unread else [])]) + "."

    @property
    def whole(self) -> bool:
        """Whether everything could be looked at, and there was something."""
        return bool(self.queries) and not self.unread and not self.unknown


def _many(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _one(task: tuple[str, Arguments]) -> tuple[str, str, Checked]:
    path, arguments = task
    text = terminal.read_text(path)
    return path, text, check_file(text, path, _settings(arguments, path), named=path in arguments.paths)


def _checked(paths: Sequence[str], arguments: Arguments) -> tuple[dict[str, str], list[Finding], _Looked]:
    tasks = [(path, arguments) for path in paths]
    texts: dict[str, str] = {}
    found: list[Finding] = []
    looked = _Looked(len(tasks))
    jobs = arguments.jobs or min(os.cpu_count() or 1, len(tasks) // _FILES_FOR_A_JOB)
    for path, text, checked in _mapped(tasks, min(jobs, len(tasks))):
        if checked.findings:
            texts[path] = text
        found += checked.findings
        looked.queries += checked.queries
        looked.holding += checked.queries > 0
        looked.skipped.update([checked.skipped] if checked.skipped else [])
        if checked.skipped and path in arguments.paths and not known(path):
            looked.unknown.append(path)
            print(f"dqlkit lint: {path}: {checked.skipped}", file=sys.stderr)
    return texts, found, looked


def _mapped(tasks: Sequence[tuple[str, Arguments]], jobs: int) -> Iterable[tuple[str, str, Checked]]:
    if jobs < 2:
        return map(_one, tasks)
    from concurrent.futures import ProcessPoolExecutor

    check_text("fetch logs", "warm.dql", Settings())  # what it loads the workers need not load again, where they fork
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(_one, tasks, chunksize=max(len(tasks) // (jobs * 4), 1)))


def _fixed(path: str, arguments: Arguments) -> bool:
    text = terminal.read_text(path)
    fixed, made = fix_text(text, path, _settings(arguments, path), arguments.unsafe_fixes)
    if fixed == text:
        return False
    if arguments.diff:
        terminal.print_diff(path, text, fixed)
    else:
        terminal.write_text(path, fixed)
        _tell_fixes(path, made)
    return True


def _tell_fixes(name: str, made: Counter[str]) -> None:
    told = (f"{number} {code} {rules()[code].name}" for code, number in made.most_common())
    print(f"fixed {name}: {', '.join(told)}", file=sys.stderr)


def _ignored(texts: dict[str, str], arguments: Arguments) -> int:
    """Write comments for errors and warnings; 1 where a host cannot hold one for each."""
    left = 0
    for path, text in texts.items():
        settings = _settings(arguments, path)
        ignored = ignore_text(text, path, settings)
        if ignored != text:
            terminal.write_text(path, ignored)
        left += sum(is_loud(finding.diagnostic) for finding in check_text(ignored, path, settings))
    if left:
        print(f"{left} findings stand where no comment can: use `per-file-ignores` or a baseline", file=sys.stderr)
    return 1 if left else 0


# ---- reporting ------------------------------------------------------------------------------------------------------


def _located(found: Sequence[Finding], texts: dict[str, str]) -> list[Located]:
    lines = {path: Lines(text) for path, text in texts.items()}
    if any(finding.diagnostic.code not in rules() for finding in found):
        rules()  # all are imported: other processes found them
    located = []
    for finding in found:
        path, span = finding.path, finding.diagnostic.span
        line, column = lines[path].position(span.start)
        end_line, end_column = lines[path].position(span.end)
        rule = rules()[finding.diagnostic.code]
        place, names = (line, column, end_line, end_column), (rule.name, rule.summary)
        inside = (finding.query, finding.inner)
        located.append(Located(path, finding.diagnostic, *place, finding.pointer, finding.stage, *names, *inside))
    return located


def _reported(
    located: list[Located],
    texts: dict[str, str],
    arguments: Arguments,
    looked: _Looked | None = None,
    stream: TextIO | None = None,
) -> int:
    stream = stream or sys.stdout
    if arguments.write_baseline:
        write_baseline(arguments.write_baseline, located)
        return 0
    settings = _settings(arguments, "")
    if settings.baseline:
        located = new_findings(settings.baseline, located)
    format = arguments.output_format or ("full" if stream.isatty() else "concise")
    shown = _full(located, texts, stream) if format == "full" else FORMATS[format](located)
    if arguments.output_file:
        terminal.write_text(arguments.output_file, shown + "\n")
    elif shown:
        print(shown, file=stream)
    if arguments.statistics:
        print(_statistics(located), file=stream)
    if format == "full":
        fixable = sum(f.diagnostic.fix is not None and f.diagnostic.fix.safe for f in located)
        passed = "All checks passed." if looked is None or looked.whole else "Nothing was found."
        summary = f"{_many(len(located), 'finding', 'findings')}, {fixable} fixable with --fix." if located else passed
        print(summary, looked or "", file=stream)
    if looked and not looked.queries and not located and not looked.unknown and format in ("full", "concise"):
        print(f"dqlkit lint: there is no query in {_many(looked.files, 'file', 'files')}", file=sys.stderr)
    return 0 if arguments.exit_zero else _status(located, settings)


def _statistics(located: Sequence[Located]) -> str:
    counts = Counter(finding.diagnostic.code for finding in located)
    rows = [f"{count:6}  {code} {rules()[code].name}" for code, count in counts.most_common()]
    return "\n".join([*rows, f"{_cost(located):6}  cost"])


def _full(located: Sequence[Located], texts: dict[str, str], stream: TextIO) -> str:
    """Findings drawn: in documents under the lines of the query, after where they are in the file."""
    drawn = []
    for finding in located:
        diagnostic, text, name = finding.diagnostic, texts[finding.path], finding.path
        if finding.pointer:
            diagnostic, text = replace(diagnostic, span=finding.inner), finding.query
            name = f"{finding.path}:{finding.line}:{finding.column} {finding.pointer}"
        drawn.append(full([_clipped(diagnostic)], text, name, terminal.colour(stream)))
    return "\n\n".join(drawn) + ("\n" if drawn else "")


def _clipped(diagnostic: Diagnostic) -> Diagnostic:
    return (
        diagnostic
        if diagnostic.span.end > diagnostic.span.start
        else replace(diagnostic, span=Span(diagnostic.span.start, diagnostic.span.start + 1))
    )


def _status(located: Sequence[Located], settings: Settings) -> int:
    """1 for errors and warnings, 2 for files that cannot be read.

    Infos only advise, as does cost unless it was made an error or its limit is exceeded.
    """
    if settings.max_cost is not None and (cost := _cost(located)) > settings.max_cost:
        print(f"the cost of the queries is {cost}, more than {settings.max_cost}", file=sys.stderr)
        return 1
    if any(finding.diagnostic.code == "Z002" and finding.diagnostic.severity == "error" for finding in located):
        return 2
    found = ((finding.diagnostic.severity, rules()[finding.diagnostic.code].weight) for finding in located)
    return 1 if any(severity == "error" or (severity == "warning" and not weight) for severity, weight in found) else 0


def _cost(located: Sequence[Located]) -> int:
    """The weights of the findings together; they have no unit."""
    return sum(rules()[finding.diagnostic.code].weight for finding in located)
