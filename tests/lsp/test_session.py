"""Sessions with the language server, as an editor has them: one process, real messages."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types
from pytest_lsp import LanguageClient, make_test_lsp_client

from dqlkit.cli import main
from dqlkit.diagnostics import Span
from dqlkit.lsp import answers
from dqlkit.lsp.files import File
from dqlkit.lsp.positions import Positions

CLIENT = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(
        completion=types.CompletionClientCapabilities(
            completion_item=types.ClientCompletionItemOptions(snippet_support=True)
        )
    )
)


class Editor:
    """An editor with one file open; `text` is what is in it."""

    def __init__(self, client: LanguageClient, path: Path, language: str, text: str) -> None:
        self.client, self.uri, self.text, self.version = client, path.as_uri(), text, 1
        self.document = types.TextDocumentIdentifier(self.uri)
        item = types.TextDocumentItem(self.uri, language, 1, text)
        client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    @property
    def at(self) -> Positions:
        return Positions(self.text)

    async def findings(self) -> list[tuple[str, str]]:
        """The codes of the findings with the texts they underline, once they are there for what is in the file."""
        await self.client.wait_for_notification("textDocument/publishDiagnostics")
        found = self.client.diagnostics[self.uri]
        return [(str(d.code), self.text[slice(*self.at.span(d.range))]) for d in found]

    async def type(self, after: str, text: str) -> list[tuple[str, str]]:
        """Write behind the first occurrence of a text."""
        offset = self.text.index(after) + len(after)
        place = self.at.position(offset)
        await self._change([types.TextEdit(types.Range(place, place), text)])
        return await self.findings()

    async def _change(self, edits: list[types.TextEdit]) -> None:
        spans = [(self.at.span(edit.range), edit.new_text) for edit in edits]
        self.version += 1
        changes = []
        for (start, end), new in sorted(spans, reverse=True):
            changes.append(types.TextDocumentContentChangePartial(self.at.range(Span(start, end)), new))
            self.text = self.text[:start] + new + self.text[end:]
        document = types.VersionedTextDocumentIdentifier(self.version, self.uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, changes))

    def behind(self, word: str) -> types.Position:
        return self.at.position(self.text.index(word) + len(word))

    async def offers(self, behind: str) -> dict[str, types.CompletionItem]:
        params = types.CompletionParams(self.document, self.behind(behind))
        found = await self.client.text_document_completion_async(params)
        assert isinstance(found, types.CompletionList)
        return {item.label: item for item in found.items}

    async def take(self, behind: str, label: str) -> list[tuple[str, str]]:
        """Take an offer; the caret's place in it is left out."""
        edit = (await self.offers(behind))[label].text_edit
        assert isinstance(edit, types.TextEdit)
        await self._change([types.TextEdit(edit.range, edit.new_text.replace("$0", ""))])
        return await self.findings()

    async def actions(self, word: str) -> dict[str, types.CodeAction]:
        start = self.at.position(self.text.index(word))
        params = types.CodeActionParams(self.document, types.Range(start, start), types.CodeActionContext([]))
        found = await self.client.text_document_code_action_async(params)
        return {action.title: action for action in found or () if isinstance(action, types.CodeAction)}

    async def apply(self, edit: types.WorkspaceEdit | None) -> list[tuple[str, str]]:
        assert edit is not None
        assert edit.changes is not None
        await self._change(list(edit.changes[self.uri]))
        return await self.findings()


def session(folder: Path, work: Callable[[LanguageClient], Awaitable[None]]) -> None:
    """Run work with a server of its own."""

    async def whole() -> None:
        client = make_test_lsp_client()
        await client.start_io(sys.executable, "-m", "dqlkit", "lsp")
        params = types.InitializeParams(capabilities=CLIENT, root_uri=folder.as_uri())
        params.initialization_options = {"tables": {"logs": "logs.ndjson"}}
        await client.initialize_session(params)
        await work(client)
        await client.shutdown_session()
        await client.stop()

    asyncio.run(asyncio.wait_for(whole(), 60))


def test_a_query_is_written_in_a_dashboard_and_led_to_a_right_one(tmp_path: Path) -> None:
    """From half a query to one without a finding: by offers, fixes and hover, in a file with characters that take two
    units, escapes and Windows' ends of lines. What the table holds is read from an export."""
    records = [{"timestamp": "2026-01-01T00:00:00Z", "level": ("ERROR", "INFO")[n % 2], "size": n} for n in range(4)]
    (tmp_path / "logs.ndjson").write_text("\n".join(map(json.dumps, records)))
    query = r"fetch logs\n| filter level == \"WARN\" // 🎉 \u00e9\n| "
    tile = '{"tiles": {"1": {"title": "🎉", "type": "data", "query": "' + query + '"}},\r\n "variables": []}\r\n'

    async def work(client: LanguageClient) -> None:
        editor = Editor(client, tmp_path / "board.json", "json", tile)
        assert await editor.findings() == [("E001", "|")]
        assert await editor.findings() == [("E001", "|")]  # again, once the export was read
        await editor.take(r"\u00e9\n| ", "summarize")
        assert await editor.take("summarize ", "count") == []
        assert await editor.type("count()", ", by: level, size") == [("B002", "level, size")]
        assert await editor.apply((await editor.actions("level, size"))["Add braces"].edit) == []
        await editor.type("size}", r"\n| fields ")
        assert list(await editor.offers("| fields "))[:3] == ["level", "size", "count()"]
        await editor.type("| fields ", "`count()`")
        shown = await client.text_document_hover_async(types.HoverParams(editor.document, editor.behind("filter lev")))
        assert shown is not None
        assert isinstance(shown.contents, types.MarkupContent)
        assert "Field `level`: string" in shown.contents.value
        assert "In 100% of the records of `logs`." in shown.contents.value
        assert list(await editor.offers(r"level == \"")) == ["ERROR", "INFO"]
        await editor.take(r"level == \"WARN", "ERROR")
        assert json.loads(editor.text)["tiles"]["1"]["query"] == (
            'fetch logs\n| filter level == "ERROR" // 🎉 é\n| summarize count(), by: {level, size}\n| fields `count()`'
        )

    session(tmp_path, work)


def test_query_files(tmp_path: Path) -> None:
    """Definition, renaming, symbols, colours, layout and signatures in a file that is a query; completion in ADQL."""
    text = "fetch t, from:-2h\n| fieldsAdd a = 1, size2 = a * 2\n| summarize n = sum(size2), by:{level}\n| sort n desc"

    async def work(client: LanguageClient) -> None:
        editor = Editor(client, tmp_path / "a.dql", "dql", text)
        await editor.findings()
        document, place = editor.document, editor.behind("sum(siz")
        made = await client.text_document_definition_async(types.DefinitionParams(document, place))
        assert isinstance(made, types.Location)
        assert (editor.text[slice(*editor.at.span(made.range))], made.range.start) == ("size2", types.Position(1, 19))
        renamed = await client.text_document_rename_async(types.RenameParams(document, place, "doubled"))
        await editor.apply(renamed)
        assert "doubled = a * 2\n| summarize n = sum(doubled)" in editor.text
        symbols = await client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
        assert [one.name for one in symbols or ()] == ["fetch", "fieldsAdd", "summarize", "sort"]
        colours = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document))
        assert colours is not None
        assert sum(colours.data[0::5]) == 3  # lines from the first to the last one
        options = types.FormattingOptions(2, True)
        laid = await client.text_document_formatting_async(types.DocumentFormattingParams(document, options))
        await editor.apply(types.WorkspaceEdit({editor.uri: list(laid or ())}))
        assert "by: {level}" in editor.text
        await editor.type("sort n desc", "\n|limit   5")
        whole = types.Range(editor.behind("|limit"), editor.behind("|limit"))
        part = types.DocumentRangeFormattingParams(document, whole, options)
        await editor.apply(
            types.WorkspaceEdit({editor.uri: list(await client.text_document_range_formatting_async(part) or ())})
        )
        assert editor.text.endswith("sort n desc\n|limit 5")
        help = await client.text_document_signature_help_async(
            types.SignatureHelpParams(document, editor.behind("sum("))
        )
        assert help is not None
        assert help.signatures[0].label.startswith("sum(")

        adql = Editor(client, tmp_path / "b.adql", "adql", "SELECT avg(ms) AS m FROM logs HAVING m > 2 ORDER BY ")
        await adql.findings()
        assert next(iter(await adql.offers("ORDER BY "))) == "m"

        (tmp_path / "board.json").write_text('{"tiles":{"7":{"type":"data","query":"fetch carts"}},"variables":[]}')
        found = await client.workspace_symbol_async(types.WorkspaceSymbolParams("board CARTS"))
        assert [(one.name, one.container_name) for one in found or ()] == [("/tiles/7/query", "board.json")]
        found = await client.workspace_symbol_async(types.WorkspaceSymbolParams("doubled"))  # not saved, but open
        assert [one.location.uri for one in found or ()] == [editor.uri]

    session(tmp_path, work)


def test_positions_are_those_of_the_protocol() -> None:
    """Lines end at \\n, \\r\\n and \\r only; columns count UTF-16 units, or what was agreed on."""
    text = "a\u2028b\x0c🎉c\r\nd\re"
    for encoding, column in (("utf-16", 6), ("utf-8", 10), ("utf-32", 5)):
        positions = Positions(text, encoding)
        assert positions.position(text.index("c")) == types.Position(0, column)
        assert [positions.offset(positions.position(at)) for at in range(len(text)) if text[at] != "\n"] == [
            at for at in range(len(text)) if text[at] != "\n"
        ]
        assert positions.offset(types.Position(0, 99)) == text.index("\r")
        assert positions.offset(types.Position(9, 0)) == len(text)


@given(st.text(max_size=12), st.sampled_from(["utf-16", "utf-8", "utf-32"]))
def test_every_offset_has_a_position(text: str, encoding: str) -> None:
    positions = Positions(text, encoding)
    for at in range(len(text) + 1):
        if text[at - 1 : at + 1] != "\r\n":  # one end of a line
            assert positions.offset(positions.position(at)) == at


def test_without_its_extra_the_server_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith("dqlkit.lsp.server")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pygls.lsp.server", None)
    assert main(["lsp"]) == 2
    assert "pip install 'dqlkit[lsp]'" in capsys.readouterr().err


HOSTS = [
    (
        "a.yaml",
        'tiles:\n  "1":\n    type: data\n    query: |\n      fetch logs\n      | fil\n',
        "fil",
        "fetch logs\n| filter ",
    ),
    (
        "a.tf",
        'resource "x" "y" {\n  query = <<-EOT\n    fetch logs\n    | fil\n  EOT\n}\n',
        "fil",
        "fetch logs\n| filter ",
    ),
    ("a.md", "# Text\n\n```dql\nfetch logs\n| fil\n```\n", "fil", "fetch logs\n| filter "),
    (
        "a.ipynb",
        json.dumps({"cells": [{"cell_type": "code", "source": ["%%dql\n", "fetch logs\n", "| fil"]}], "nbformat": 4}),
        "fil",
        "fetch logs\n| filter ",
    ),
    (
        "a.json",
        '{"tiles":{"1":{"type":"data","query":"fetch logs | parse m, "}},"variables":[]}',
        "parse m, ",
        'fetch logs | parse m, ""',
    ),
]


@pytest.mark.parametrize(("name", "text", "behind", "wanted"), HOSTS)
def test_offers_are_written_as_the_host_wants_it(name: str, text: str, behind: str, wanted: str) -> None:
    file = File(f"file:///{name}", f"/{name}", "", "utf-16")
    file.update(text, 1)
    place = file.at(text.index(behind) + len(behind))
    assert place is not None
    item = answers.completions(file, place, snippets=False).items
    edit = next(one.text_edit for one in item if one.label in ("filter", '""'))
    assert isinstance(edit, types.TextEdit)
    span = file.positions.span(edit.range)
    file.update(text[: span.start] + edit.new_text + text[span.end :], 2)
    assert file.queries[0].embedded.text.rstrip("\n").endswith(wanted)


def test_a_query_that_did_not_change_is_not_looked_at_again() -> None:
    tiles = {str(n): {"type": "data", "query": f"fetch t{n} | limit 1"} for n in range(3)}
    text = json.dumps({"tiles": tiles, "variables": []})
    file = File("file:///a.json", "/a.json", "json", "utf-16")
    file.update(text, 1)
    before = [query.findings for query in file.queries]
    file.update(text.replace("fetch t1", "fetch tx"), 2)
    assert [one is query.findings for one, query in zip(before, file.queries, strict=True)] == [True, False, True]


def test_a_break_in_a_file_loses_no_query() -> None:
    """A quote too many in one query, and a tile that is half written: what stands before is read, what stands behind is
    known from before, at its place."""
    tiles = {str(n): {"type": "data", "query": f"fetch t{n} | limit  {n} | filter a = {n}"} for n in range(4)}
    text = json.dumps({"variables": [{"key": "Env"}], "tiles": tiles}, indent=1)
    file = File("file:///a.json", "/a.json", "json", "utf-16")
    file.update(text, 1)
    for broken in (text.replace("limit  2", 'limit " 2'), text.replace('"2": {', '"2": {"title": "🎉'), text):
        file.update(broken, 2)
        found = {query.embedded.text.split(" |")[0] for query in file.queries}
        assert found >= {"fetch t0", "fetch t1", "fetch t3"}
        places = {file.text[span.start - 2 : span.end + 2] for one, span in file.spans() if one.code == "E003"}
        assert places >= {"a = 0", "a = 1", "a = 3"}
        assert any(one.code == "Z002" for one, _ in file.spans()) == (broken != text)
    assert len(file.queries) == 4


def test_where_variables_are_defined(tmp_path: Path) -> None:
    (tmp_path / "dql-variables.json").write_text('{"Env": ["prod"], "Zone": "a"}')
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "dql-variables.json").write_text('{"Env": "stage"}')
    file = File("file:///q.dql", str(tmp_path / "deep" / "q.dql"), "dql", "utf-16")
    file.update("fetch logs | filter $Env == env and $Zone", 1)
    near, far = answers.variable(file, "Env"), answers.variable(file, "Zone")
    assert near is not None
    assert far is not None
    assert (near.uri.rpartition("/deep/")[2], near.range.start.character) == ("dql-variables.json", 2)
    assert "/deep/" not in far.uri
    board = File("file:///b.json", "/b.json", "json", "utf-16")
    board.update('{"tiles":{},"variables":[{"key": "Env", "type": "text"}]}', 1)
    found = answers.variable(board, "Env")
    assert found is not None
    assert board.text[slice(*board.positions.span(found.range))] == "Env"
