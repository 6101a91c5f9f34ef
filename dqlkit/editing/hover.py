"""What is said about the word under the pointer, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dqlkit import functions
from dqlkit.diagnostics import Span
from dqlkit.editing.describe import Declaration, listed, page, piece, signature, summary
from dqlkit.editing.draft import Draft
from dqlkit.editing.place import table_of
from dqlkit.languages.dql import commands
from dqlkit.languages.dql.tree import Command, Pipeline
from dqlkit.languages.syntax.references import Reference
from dqlkit.languages.syntax.tree import String, walk

__all__ = ["Hover", "declaration", "hover"]


class Hover(NamedTuple):
    """Markdown text about a range."""

    span: Span
    text: str


def hover(draft: Draft, offset: int) -> Hover | None:
    """What is known of the word at an offset; None for what is no word."""
    found = draft.reference_at(offset)
    if found is not None:
        text = _ABOUT[found.kind](draft, found)
        return Hover(found.span, text) if text else None
    return _matcher(draft, offset)


def declaration(draft: Draft, found: Reference) -> Declaration | None:
    """The declaration of the command or function that a word names."""
    if draft.language == "adql":
        from dqlkit.languages.adql.functions import find

        return find(found.name) if found.kind == "function" else None
    if found.kind == "command":
        return commands.find(found.name)
    return functions.find(found.name, "scalar", "aggregation", "iterative", "series")


def _declared(draft: Draft, found: Reference) -> str:
    declared = declaration(draft, found)
    return page(declared) if declared else ""


def _parameter(draft: Draft, found: Reference) -> str:
    owner = commands.find(found.owner) or functions.find(found.owner, "scalar", "aggregation", "iterative", "series")
    known = owner.signature.find(found.name) if owner else None
    if owner is None or known is None:
        return ""
    about = piece(owner, known)
    said = f"It takes {about.takes}." if about.takes else known.kind.limits if known.kind.limited else ""
    return "\n\n".join(filter(None, (f"```\n{about.shown}\n```", said, f"Parameter of `{signature(owner)}`.")))


def _field(draft: Draft, found: Reference) -> str:
    """A field: its type where it stands, the share of the records that have it, and where it is made."""
    schema = _schema_at(draft, found)
    if schema is None:
        return f"Field `{found.name}`"
    fields, table, stored = schema
    kind = fields.get(found.name)
    lines = [f"Field `{found.name}`" + (f": {kind}" if kind else "")]
    share = draft.known.shares.get(table, {}).get(found.name) if stored else None
    if share is not None:
        lines.append(f"In {share:.0%} of the records of `{table}`.")
    values = [value for value in draft.known.values(table, found.name) if stored][:5]
    if values:
        lines.append("For example " + ", ".join(f"`{value}`" for value in values) + ".")
    from dqlkit.editing.navigation import definition

    made = definition(draft, found.span.start)
    if made is not None and made != found.span:
        lines.append("Made by `" + _line(draft.text, made) + "`")
    return "\n\n".join(lines)


def _line(text: str, span: Span) -> str:
    """The argument that begins at a span, cut where it is long."""
    end = next((at for at in range(span.end, len(text)) if text[at] in ",|}\n"), len(text))
    written = " ".join(text[span.start : end].split())
    return written if len(written) <= 80 else written[:79] + "…"


def _schema_at(draft: Draft, found: Reference) -> tuple[dict[str, str], str, bool] | None:
    """The fields with their types around a word, the table that the stages read, and whether the field is of the table."""
    if draft.language == "adql":
        tables = [one.name for one in draft.references if one.kind == "table"]
        schema = draft.known.tables.get(tables[0]) if tables else None
        fields = {} if schema is None else {name: str(kind) for name, kind in schema.fields.items()}
        return fields, tables[0] if tables else "", found.name in fields
    pipelines = [node for node in walk(draft.parsed.tree) if isinstance(node, Pipeline) and _holds(node, found)]
    if not pipelines:
        return None
    pipeline = pipelines[-1]
    position = next((n for n, command in enumerate(pipeline.commands) if _holds(command, found)), 0)
    fields_in = draft.before(pipeline, position + int(found.defines))
    names = {name: str(kind) for name, kind in fields_in.fields.items()}
    return names, table_of(pipeline), found.name in fields_in.stored


def _holds(node: Pipeline | Command, found: Reference) -> bool:
    return node.start <= found.span.start < node.end


def _of_table(draft: Draft, found: Reference) -> str:
    """A table: its fields where they are known."""
    schema = draft.known.tables.get(found.name)
    if schema is None:
        return f"Table `{found.name}`"
    shares = draft.known.shares.get(found.name, {})
    lines = (
        f"`{name}` {kind}" + (f", {shares[name]:.0%}" if name in shares else "") for name, kind in schema.fields.items()
    )
    return f"Table `{found.name}`\n\n{listed(_first(lines))}"


def _first(lines: Iterable[str]) -> list[str]:
    found = [*lines]
    return found if len(found) <= 40 else [*found[:40], f"{len(found) - 40} more"]


def _variable(draft: Draft, found: Reference) -> str:
    known = draft.known.variables
    said = "" if known is None or found.name in known else " The document does not define it."
    return f"Variable `${found.name}`.{said}"


def _named(draft: Draft, found: Reference) -> str:
    return f"{found.kind.capitalize()} `{found.name}`"


def _matcher(draft: Draft, offset: int) -> Hover | None:
    """The matcher in a pattern of DPL."""
    if draft.language != "dql":
        return None
    from dqlkit.languages.dpl import matchers

    text = next((n for n in walk(draft.parsed.tree) if isinstance(n, String) and n.start < offset < n.end), None)
    if text is None or not _is_pattern(draft, text):
        return None
    start = end = offset
    while start > text.start and _is_letter(draft.text[start - 1]):
        start -= 1
    while end < text.end and _is_letter(draft.text[end]):
        end += 1
    found = matchers.find(draft.text[start:end]) if end > start else None
    return Hover(Span(start, end), f"```\n{signature(found)}\n```\n\n{summary(found)}") if found else None


def _is_pattern(draft: Draft, text: String) -> bool:
    from dqlkit.editing.caret import Caret
    from dqlkit.editing.expected import owner_of

    path = Caret(draft, text.start + 1).path
    owner = owner_of(path) if path else None
    return owner is not None and owner.parameter is not None and "pattern" in owner.parameter.kind.role


def _is_letter(character: str) -> bool:
    return character.isalnum() or character == "_"


_ABOUT = {
    "command": _declared,
    "function": _declared,
    "parameter": _parameter,
    "field": _field,
    "table": _of_table,
    "variable": _variable,
    "metric": _named,
    "type": _named,
}
