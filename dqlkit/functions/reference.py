"""The reference of the functions: what each takes and yields, what it does, and how it runs."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from dqlkit.functions import catalogue
from dqlkit.functions.function import Function, Lowering, declared, known
from dqlkit.functions.prose import prose, summary
from dqlkit.functions.signature import Kind, Parameter
from dqlkit.regex import regex
from dqlkit.types.kinds import LONG, Array, Record, Type
from dqlkit.types.text import text_of

__all__ = ["Support", "document", "find", "listing", "page", "parameter", "signature", "support", "written"]

_EXAMPLE = regex(r">>> (.+)\n(.+)")
#: Columns that stand for their types, and the types that a parameter of any type is asked about.
_SAMPLES: dict[str, Type] = {"array": Array(LONG), "record": Record((("a", LONG),))}
_TYPES = (
    *("boolean", "long", "double", "string", "timestamp", "duration", "timeframe", "binary"),
    *("ip", "uid", "smartscapeid", "geopoint", "array", "record"),
)


def find(name: str) -> list[Function[..., Any]]:
    """The functions of that name in any letter case, then the operators of that symbol."""
    catalogue()
    found = [f for f in declared() if not f.only and name.lower() in (f.name.lower(), f.symbol)]
    return sorted(found, key=lambda f: (f.family == "operator", f.family, f.name))


def listing() -> str:
    """A line for every function, by category."""
    lines = [(f.category, f"  {_title(f):<24} {summary(f.documentation)}") for f in _ordered()]
    return "\n".join(f"\n{c}" if c else line for c, line in _headed(lines)).strip()


def document() -> str:
    """All functions as one Markdown text."""
    parts = ["# Functions\n\n`dqlkit functions NAME` shows a function by itself.\n"]
    pages = [(f.category, page(f)) for f in _ordered()]
    parts += [f"## {c}\n" if c else text for c, text in _headed(pages)]
    return "\n".join(parts).rstrip() + "\n"


def page(function: Function[..., Any]) -> str:
    """What is to be known of a function, in Markdown."""
    found = _EXAMPLE.findall(inspect.cleandoc(function.documentation))
    examples = "".join(f"{query}  // {answer}\n" for query, answer in found)
    shown = [f"### {_title(function)}", f"```\n{signature(function)}\n```"]
    shown += [*_flags(function), prose(function.documentation)]
    shown += [f"```dql\n{examples}```"] if examples else []
    return "\n\n".join([*shown, _runs(support(function))]) + "\n"


def _ordered() -> Iterator[Function[..., Any]]:
    catalogue()
    known = [f for f in declared() if not f.only and (f.symbol or f.family != "operator")]
    return iter(sorted(known, key=lambda f: (f.family != "operator", f.category, f.name.lower())))


def _headed(lines: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Each line after its category, which comes once by itself."""
    last = ""
    for category, line in lines:
        if category != last:
            yield category, ""
        yield "", line
        last = category


def _title(function: Function[..., Any]) -> str:
    same = not function.symbol or function.symbol == function.name
    return function.name if same else f"{function.symbol} ({function.name})"


def _flags(function: Function[..., Any]) -> list[str]:
    said = [f"Deprecated: {function.deprecated}."] if function.deprecated else []
    said += ["Experimental at the vendor's."] if function.experimental else []
    said += ["Answers from tables that are given along with the data."] if function.online else []
    return said + (["Not the same twice."] if function.volatile else [])


# ---- what it takes --------------------------------------------------------------------------------------------------


def signature(function: Function[..., Any]) -> str:
    """The signature in one line: `name type`, `name: type` where the name must be written, `[…]` where it may lack."""
    shown = [parameter(function, p) for p in written(function)]
    results = sorted({result for _, result in function.overloads}) or _kind(function.signature.result)
    if function.symbol:
        first, *rest = shown
        call = f"{first} {function.symbol} {' '.join(rest)}" if rest else f"{function.symbol} {first}"
    else:
        call = f"{function.name}({', '.join(shown)})"
    return f"{call} -> {'|'.join(results)}"


def written(function: Function[..., Any]) -> list[Parameter]:
    """The parameters that a call writes."""
    return [one for one in function.signature.parameters if one.kind.role != "names"]


def parameter(function: Function[..., Any], parameter: Parameter) -> str:
    """A parameter as the signature has it."""
    kind = parameter.kind
    types = "|".join(sorted(function.accepted(parameter))) or ("sub-query" if kind.role == "block" else "any")
    if kind.minimum is not None or kind.maximum is not None:
        types += f" {{{_number(kind.minimum)}..{_number(kind.maximum)}}}"
    if kind.options:
        types = kind.said or "|".join(f'"{option}"' for option in kind.options)
    text = f"{parameter.name}{':' if parameter.named else '…' if parameter.variadic else ''} {types}"
    if parameter.required:
        return text
    default = "" if parameter.default is None or parameter.variadic else f" = {_literal(parameter.default)}"
    return f"{text}" if parameter.variadic else f"[{text}{default}]"


def _number(limit: float | None) -> str:
    return "" if limit is None else f"{limit:g}"


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else text_of(value) or "null"


def _kind(kind: Kind) -> list[str]:
    return ["array"] if kind.element is not None else sorted(kind.types) or ["any"]


# ---- how it runs ----------------------------------------------------------------------------------------------------


class Support(NamedTuple):
    """For which types of arguments a function runs on whole columns, and for which row by row; `literals` are the
    parameters that must be literals for the former."""

    columns: list[tuple[str, ...]]
    rows: list[tuple[str, ...]]
    literals: list[str]


def support(function: Function[..., Any]) -> Support:
    """How a function runs on columns of one type each. Columns of mixed types are taken apart where they can be."""
    found = Support([], [], [])
    if _first(function) is None and not function.lowerings:  # a constant, computed once
        return Support([()], [], [])
    for case in _cases(function):
        taking = [lowering for lowering in function.lowerings if _takes(function, lowering, case)]
        by_shape = function.json_hook is not None and case == ("string",)  # as columns, by the shape of the texts
        (found.columns if taking or by_shape else found.rows).append(case)
        needed = [p.name for p in function.signature.parameters if taking and _is_literal(taking, p)]
        found.literals.extend(name for name in needed if name not in found.literals)
    return found


def _is_literal(lowerings: list[Lowering], parameter: Parameter) -> bool:
    """Whether every one of the lowerings wants a literal there."""
    return parameter.kind.role != "names" and all(one.where.get(parameter.python) is known for one in lowerings)


def _cases(function: Function[..., Any]) -> list[tuple[str, ...]]:
    """The types of arguments to tell apart: those of the overloads, else those of the first argument."""
    if function.overloads:
        return [wanted for wanted, _ in function.overloads]
    first = _first(function)
    return [(name,) for name in sorted(function.accepted(first)) or _TYPES] if first else [()]


def _first(function: Function[..., Any]) -> Parameter | None:
    return next((p for p in function.signature.parameters if p.kind.role in ("expression", "values")), None)


def _takes(function: Function[..., Any], lowering: Lowering, case: tuple[str, ...]) -> bool:
    given = dict(zip(_named(function, len(case)), case, strict=True))
    return all(
        any(lowering.holds_for(parameter, sample(name), True) for name in _options(function, parameter, given))
        for parameter in function.signature.parameters
        if parameter.kind.role not in ("names", "block")
    )


def _named(function: Function[..., Any], count: int) -> Sequence[str]:
    if function.overloads:
        return [parameter.name for parameter in function.signature.parameters][:count]
    first = _first(function)
    return [first.name] if first and count else []


def _options(function: Function[..., Any], parameter: Parameter, given: dict[str, str]) -> Iterable[str]:
    if parameter.name in given:
        return (given[parameter.name],)
    return sorted(function.accepted(parameter)) or _TYPES


def sample(name: str) -> Type:
    """A type of that name, with something inside where it needs that."""
    return _SAMPLES.get(name) or Type(name)


def _runs(support: Support) -> str:
    if not support.columns:
        return "Runs row by row."
    names = " and ".join(f"`{name}`" for name in support.literals)
    where = f" where {names} {'is a literal' if len(support.literals) == 1 else 'are literals'}" if names else ""
    if not support.rows:
        return f"Runs on whole columns{where}."
    return f"Runs on whole columns of {_list(support.columns)}{where}; row by row for {_list(support.rows)}."


def _list(cases: list[tuple[str, ...]]) -> str:
    return ", ".join(" with ".join(case) for case in cases)
