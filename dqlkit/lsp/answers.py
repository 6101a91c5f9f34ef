"""What is found out about a file, in the words of the protocol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from lsprotocol import types

from dqlkit.diagnostics import Diagnostic, Edit, Severity, Span
from dqlkit.editing.completion import complete
from dqlkit.editing.hover import hover
from dqlkit.editing.items import Item, ItemKind
from dqlkit.editing.outline import Symbol, folds, selections, symbols
from dqlkit.editing.signatures import signature_help
from dqlkit.editing.tokens import TOKEN_KINDS, tokens
from dqlkit.lsp.files import File, Place, Query
from dqlkit.lsp.positions import Positions
from dqlkit.lsp.variables import beside, in_document
from dqlkit.lsp.workspace import named

__all__ = [
    "LEGEND",
    "colours",
    "completions",
    "diagnostic",
    "diagnostics",
    "document_symbols",
    "folding",
    "help_at",
    "hover_at",
    "selection",
    "text_edits",
    "variable",
]

_SEVERITIES: dict[Severity, types.DiagnosticSeverity] = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}
_KINDS: dict[ItemKind, types.CompletionItemKind] = {
    "command": types.CompletionItemKind.Keyword,
    "function": types.CompletionItemKind.Function,
    "parameter": types.CompletionItemKind.Property,
    "field": types.CompletionItemKind.Field,
    "table": types.CompletionItemKind.Class,
    "metric": types.CompletionItemKind.Class,
    "variable": types.CompletionItemKind.Variable,
    "value": types.CompletionItemKind.Value,
    "keyword": types.CompletionItemKind.Keyword,
    "operator": types.CompletionItemKind.Operator,
    "matcher": types.CompletionItemKind.Struct,
}
LEGEND = types.SemanticTokensLegend(token_types=list(TOKEN_KINDS), token_modifiers=["definition"])
"""The words for colours, in the order in which tokens number them."""


def diagnostics(file: File) -> list[types.Diagnostic]:
    """The findings in a file."""
    return [diagnostic(file, found, span) for found, span in file.spans()]


def diagnostic(file: File, found: Diagnostic, span: Span) -> types.Diagnostic:
    """A finding at its place in the file."""
    message = ". ".join(part.rstrip(".") for part in (found.message, found.help, *found.notes) if part)
    return types.Diagnostic(
        range=file.positions.range(_visible(file.text, span)),
        message=message[:1].upper() + message[1:],
        severity=_SEVERITIES[found.severity],
        code=found.code,
        source="dqlkit",
    )


def _visible(text: str, span: Span) -> Span:
    """A range that can be underlined: of an empty one the word, or the character, before it."""
    if span.end > span.start or not text:
        return span
    start = min(span.start, len(text))
    while start > 0 and text[start - 1].isspace() and start > span.start - 2:
        start -= 1
    return Span(max(start - 1, 0), max(span.start, 1))


def text_edits(file: File, edits: Iterable[Edit]) -> list[types.TextEdit]:
    """Edits of a file."""
    return [types.TextEdit(file.positions.range(edit.span), edit.text) for edit in edits]


# ---- at a place -----------------------------------------------------------------------------------------------------


def completions(file: File, place: Place, snippets: bool) -> types.CompletionList:
    """The offers at a place. `snippets` says whether the editor can put the caret inside of what it inserts."""
    found = complete(place.draft, place.offset)
    items = [_item(file, place.query, found.span, item, n, snippets) for n, item in enumerate(found.items)]
    return types.CompletionList(is_incomplete=False, items=[item for item in items if item is not None])


def _item(file: File, query: Query, span: Span, item: Item, order: int, snippets: bool) -> types.CompletionItem | None:
    """An offer; None where the file cannot hold what it would insert."""
    edits = file.edits(query, (Edit(span, item.text),))
    if not edits:
        return None
    text, snippet = edits[0].text, snippets and item.back > 0
    tick = query.embedded.text[span.start : span.start + 1] == "`"
    if snippet:
        tail = file.edits(query, (Edit(span, item.text[len(item.text) - item.back :]),))
        cut = len(text) - len(tail[0].text if tail else "")
        text = f"{_plain(text[:cut])}$0{_plain(text[cut:])}"
    return types.CompletionItem(
        label=item.label,
        kind=_KINDS[item.kind],
        detail=item.detail or None,
        documentation=item.documentation or None,
        sort_text=f"{order:04}",
        filter_text=f"`{item.label}" if tick else item.label,
        insert_text_format=types.InsertTextFormat.Snippet if snippet else types.InsertTextFormat.PlainText,
        text_edit=types.TextEdit(file.positions.range(edits[0].span), text),
    )


def _plain(text: str) -> str:
    """Text that means itself in a snippet."""
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")


def hover_at(file: File, place: Place) -> types.Hover | None:
    found = hover(place.draft, place.offset)
    if found is None:
        return None
    content = types.MarkupContent(types.MarkupKind.Markdown, found.text)
    return types.Hover(content, file.positions.range(file.span(place.query, found.span)))


def help_at(place: Place) -> types.SignatureHelp | None:
    found = signature_help(place.draft, place.offset)
    if found is None:
        return None
    takes = found.takes or ("",) * len(found.parameters)
    parameters = [types.ParameterInformation(*both) for both in zip(found.parameters, takes, strict=True)]
    shown = types.SignatureInformation(found.label, found.documentation, parameters, found.active)
    return types.SignatureHelp([shown], 0, found.active)


def selection(file: File, place: Place) -> types.SelectionRange | None:
    """The ranges around a place, each with the next larger one as its parent."""
    made: types.SelectionRange | None = None
    for span in reversed(selections(place.draft, place.offset)):
        made = types.SelectionRange(file.positions.range(file.span(place.query, span)), made)
    return made


def variable(file: File, name: str) -> types.Location | None:
    """Where a variable gets its value: in the document, else in the nearest file of variables."""
    span = in_document(file.text, name)
    if span is not None:
        return types.Location(file.uri, file.positions.range(span))
    place = beside(file.path).get(name)
    if place is None:
        return None
    return types.Location(place.path.resolve().as_uri(), Positions(place.text, file.encoding).range(place.span))


# ---- of a whole file ------------------------------------------------------------------------------------------------


def document_symbols(file: File) -> list[types.DocumentSymbol]:
    """The stages of the queries; where a file holds several, or other things, below one symbol for each query."""
    found: list[types.DocumentSymbol] = []
    for query in file.queries:
        inside = [_symbol(file, query, symbol) for symbol in symbols(query.draft)]
        if not query.embedded.pointer and len(file.queries) == 1:
            return inside
        span = file.span(query, Span(0, len(query.embedded.text)))
        whole = file.positions.range(span)
        found.append(
            types.DocumentSymbol(named(query.embedded), types.SymbolKind.Module, whole, whole, children=inside)
        )
    return found


def _symbol(file: File, query: Query, symbol: Symbol) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        name=symbol.name or "stage",
        kind=types.SymbolKind.Function,
        range=file.positions.range(file.span(query, symbol.span)),
        selection_range=file.positions.range(file.span(query, symbol.head)),
        detail=symbol.detail,
        children=[_symbol(file, query, inner) for inner in symbol.inside],
    )


def folding(file: File) -> list[types.FoldingRange]:
    """What can be folded: ranges that are several lines of the file."""
    found: dict[tuple[int, int], types.FoldingRange] = {}
    for query in file.queries:
        for span in folds(query.draft):
            lines = file.positions.range(file.span(query, span))
            if lines.end.line > lines.start.line:
                found[lines.start.line, lines.end.line] = types.FoldingRange(lines.start.line, lines.end.line)
    return list(found.values())


def colours(file: File) -> types.SemanticTokens:
    """The words of all queries, as differences of lines and columns."""
    places = sorted(
        (file.positions.position(span.start), file.positions.position(span.end), kind, defines)
        for query in file.queries
        for span, kind, defines in (
            (part, TOKEN_KINDS.index(token.kind), token.defines)
            for token in tokens(query.draft)
            for part in _lines(file, file.span(query, token.span))
        )
    )
    data: list[int] = []
    line = column = 0
    for start, end, kind, defines in places:
        moved = start.line - line
        data += [moved, start.character - (0 if moved else column), end.character - start.character, kind, int(defines)]
        line, column = start.line, start.character
    return types.SemanticTokens(data=data)


def _lines(file: File, span: Span) -> Iterator[Span]:
    """The parts of a range on each of its lines: editors take no token of several."""
    start = span.start
    for at, group in groupby(range(span.start, span.end), lambda at: file.text[at] in "\r\n"):
        places = list(group)
        start = places[0]
        if not at:
            yield Span(start, places[-1] + 1)
