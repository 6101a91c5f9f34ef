"""The handlers of the language server: each finds the file and the place, and asks `editing` or `linting`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from dqlkit.diagnostics import Edit, Span
from dqlkit.editing import Known
from dqlkit.editing.navigation import CannotRename, definition, occurrences, renamable, rename
from dqlkit.frozen import replace
from dqlkit.linting.check import fix_text, format_file
from dqlkit.linting.settings import settings_for
from dqlkit.lsp import actions, answers
from dqlkit.lsp.files import File, Place
from dqlkit.lsp.positions import changed
from dqlkit.lsp.tables import Tables
from dqlkit.lsp.variables import beside
from dqlkit.lsp.workspace import Workspace
from dqlkit.version import __version__

__all__ = ["Server", "make"]

T = TypeVar("T")


class Server(LanguageServer):
    """The server and the files that are open."""

    def __init__(self) -> None:
        super().__init__("dqlkit", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Incremental)
        self.files: dict[str, File] = {}
        self.tables = Tables(self.told, self.warn)
        self.folder = Workspace()
        self.snippets = False

    @property
    def encoding(self) -> str:
        """The units of columns that were agreed on with the editor."""
        agreed = self.workspace.position_encoding
        return str(getattr(agreed, "value", agreed) or "utf-16")

    def open(self, document: types.TextDocumentItem) -> None:
        path = to_fs_path(document.uri) or document.uri
        file = File(document.uri, path, document.language_id, self.encoding)
        file.known = self.known(file)
        self.files[document.uri] = file
        file.update(document.text, document.version)
        self.publish(file)

    def known(self, file: File) -> Known:
        """What is known of the tables, and the variables that a file beside the query gives."""
        variables = (*file.settings.variables, *beside(file.path))
        return replace(self.tables.known(file.settings), variables=variables or None)

    def publish(self, file: File) -> None:
        """Send the findings of a file."""
        found = answers.diagnostics(file)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(file.uri, found, file.version))

    def told(self) -> None:
        """More is known of the tables, or the settings changed: look at every open file again."""
        for file in self.files.values():
            file.forget()
            file.known = self.known(file)
            file.forget()
            self.publish(file)
            if file.problem:
                self.window_show_message(types.ShowMessageParams(types.MessageType.Error, file.problem))

    def warn(self, message: str) -> None:
        """Show a warning in the editor."""
        self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))

    def at(self, document: types.TextDocumentIdentifier, position: types.Position) -> tuple[File, Place] | None:
        """The file, and the place in one of its queries; None where there is no query."""
        file = self.files.get(document.uri)
        place = file.at(file.positions.offset(position)) if file else None
        return (file, place) if file is not None and place is not None else None


def make() -> Server:
    """The server with all its handlers."""
    server = Server()
    for register in (_files, _places, _whole_files, _names, _changes):
        register(server)
    return server


def _files(server: Server) -> None:
    """Files that open, change and close; settings that change."""

    @server.feature(types.INITIALIZED)
    def initialized(_: types.InitializedParams) -> None:
        client = server.client_capabilities.text_document
        items = client.completion.completion_item if client and client.completion else None
        server.snippets = bool(items and items.snippet_support)
        server.tables.warm()

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        uri = params.root_uri or next((folder.uri for folder in params.workspace_folders or ()), None)
        root = to_fs_path(uri) if uri else params.root_path
        server.tables.configure(params.initialization_options, root or ".")
        server.folder.root = root or ""

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.open(params.text_document)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def change(params: types.DidChangeTextDocumentParams) -> None:
        file = server.files.get(params.text_document.uri)
        if file is not None:
            file.update(changed(file.positions, params.content_changes), params.text_document.version)
            server.publish(file)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        file = server.files.pop(params.text_document.uri, None)
        if file is not None:
            server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(file.uri, []))

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        if PurePath(params.text_document.uri).name in ("dqlkit.toml", ".dqlkit.toml", "pyproject.toml"):
            settings_changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(_: types.DidChangeWatchedFilesParams) -> None:
        settings_changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def configured(params: types.DidChangeConfigurationParams) -> None:
        server.tables.configure(params.settings, "")
        settings_changed()

    def settings_changed() -> None:
        settings_for.cache_clear()
        server.tables.forget()
        server.told()


def _places(server: Server) -> None:
    """What editors ask about the place of the caret."""

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=list(" |,:({[.$\"'@`=\n"))
    )
    def completion(params: types.CompletionParams) -> types.CompletionList | None:
        return _ask(server, params, lambda file, place: answers.completions(file, place, server.snippets))

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        return _ask(server, params, answers.hover_at)

    @server.feature(types.TEXT_DOCUMENT_SIGNATURE_HELP, types.SignatureHelpOptions(trigger_characters=["(", ",", " "]))
    def signature(params: types.SignatureHelpParams) -> types.SignatureHelp | None:
        return _ask(server, params, lambda _, place: answers.help_at(place))

    @server.feature(types.TEXT_DOCUMENT_SELECTION_RANGE)
    def selection(params: types.SelectionRangeParams) -> list[types.SelectionRange]:
        made = []
        for position in params.positions:
            found = server.at(params.text_document, position)
            made.append((answers.selection(*found) if found else None) or types.SelectionRange(_nowhere(position)))
        return made


def _whole_files(server: Server) -> None:
    """What editors ask about a file."""

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        file = server.files.get(params.text_document.uri)
        return answers.document_symbols(file) if file else []

    @server.thread()
    @server.feature(types.WORKSPACE_SYMBOL)
    def workspace_symbols(params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
        server.folder.encoding = server.encoding
        return server.folder.symbols(params.query, dict(server.files))

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    def folding(params: types.FoldingRangeParams) -> list[types.FoldingRange]:
        file = server.files.get(params.text_document.uri)
        return answers.folding(file) if file else []

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, answers.LEGEND)
    def colours(params: types.SemanticTokensParams) -> types.SemanticTokens:
        file = server.files.get(params.text_document.uri)
        return answers.colours(file) if file else types.SemanticTokens(data=[])


def _names(server: Server) -> None:
    """Fields by their names: where they are made, where they are read, other names for them."""

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def define(params: types.DefinitionParams) -> types.Location | None:
        def made(file: File, place: Place) -> types.Location | None:
            word = place.draft.reference_at(place.offset)
            if word is not None and word.kind == "variable":
                return answers.variable(file, word.name)
            span = definition(place.draft, place.offset)
            found = file.positions.range(file.span(place.query, span)) if span else None
            return types.Location(file.uri, found) if found else None

        return _ask(server, params, made)

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def references(params: types.ReferenceParams) -> list[types.Location] | None:
        return _ask(server, params, lambda f, p: [types.Location(f.uri, found) for found in _same(f, p)])

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def highlight(params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
        return _ask(server, params, lambda f, p: [types.DocumentHighlight(found) for found in _same(f, p)])

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare(params: types.PrepareRenameParams) -> types.Range | None:
        def found(file: File, place: Place) -> types.Range | None:
            try:
                return file.positions.range(file.span(place.query, renamable(place.draft, place.offset)))
            except CannotRename:
                return None

        return _ask(server, params, found)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def renaming(params: types.RenameParams) -> types.WorkspaceEdit | None:
        def edit(file: File, place: Place) -> types.WorkspaceEdit | None:
            try:
                edits = file.edits(place.query, rename(place.draft, place.offset, params.new_name))
            except CannotRename as problem:
                server.warn(str(problem))
                return None
            return types.WorkspaceEdit({file.uri: answers.text_edits(file, edits)}) if edits else None

        return _ask(server, params, edit)


def _changes(server: Server) -> None:
    """Layout and fixes."""

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    def formatting(params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        file = server.files.get(params.text_document.uri)
        if file is None:
            return None
        laid = format_file(file.text, file.name, file.settings, True).text
        return answers.text_edits(file, _difference(file.text, laid))

    @server.feature(types.TEXT_DOCUMENT_RANGE_FORMATTING)
    def range_formatting(params: types.DocumentRangeFormattingParams) -> list[types.TextEdit] | None:
        file = server.files.get(params.text_document.uri)
        if file is None:
            return None
        return answers.text_edits(file, file.laid(file.positions.span(params.range)))

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=list(actions.KINDS)))
    def action(params: types.CodeActionParams) -> list[types.CodeAction] | None:
        file = server.files.get(params.text_document.uri)
        if file is None:
            return None
        wanted = params.context.only or list(actions.KINDS)
        found = list(actions.quick_fixes(file, file.positions.span(params.range)))
        found += actions.fix_all(file, fix_text(file.text, file.name, file.settings)[0])
        return [one for one in found if any(str(one.kind).startswith(str(kind)) for kind in wanted)]


def _ask(server: Server, params: Any, answer: Callable[[File, Place], T]) -> T | None:
    """The answer for the place that a request names; None where there is no query."""
    found = server.at(params.text_document, params.position)
    return answer(*found) if found else None


def _same(file: File, place: Place) -> list[types.Range]:
    return [file.positions.range(file.span(place.query, span)) for span in occurrences(place.draft, place.offset)]


def _difference(old: str, new: str) -> list[Edit]:
    """One edit of all between the first and the last difference of two texts."""
    if old == new:
        return []
    shorter = min(len(old), len(new))
    start = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    end = next((at for at in range(shorter - start) if old[-1 - at] != new[-1 - at]), shorter - start)
    return [Edit(Span(start, len(old) - end), new[start : len(new) - end])]


def _nowhere(position: types.Position) -> types.Range:
    return types.Range(position, position)
