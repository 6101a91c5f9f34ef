"""Mistakes planted in strings of code: found at their place and mended, everything else of the file left alone.

`§` marks where a finding has to be; it is no part of the file. All mistakes are `=` for `==`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dqlkit.diagnostics import Edit, Span, apply_edits
from dqlkit.diagnostics.text import Lines
from dqlkit.hosts import endings, find_queries, look
from dqlkit.linting.check import check_text, fix_text, format_text
from dqlkit.linting.settings import Settings

ONLY = Settings(select=("E003",))

FILES = {
    "a.py": r'''"""fetch the logs where a = 1"""
import os  # fetch logs | filter a = 1

def é(a: int = 1) -> str:
    b = "fetch logs | filter x == \"é\" and a §= 1"
    c = 'fetch logs | filter x == "\u00e9\x41" and a §= 1' + " and b §= 2"
    d = ("fetch logs "
         f"| filter x == \"{a}\" and y == \"{{}}\" and a §= {b!r}"  # a = 1
         " | limit 1")
    e = f"""
    fetch logs
    | filter x == "{os.environ["A = 1"]}" and a §= 1
    """
    f = r"fetch logs | filter matchesPhrase(x, "
    g = "fetch logs, from:-{n}h | summarize n = count(), by:{{x}} | filter a §= {value}".format(n=1, value=2)
    h = "fetch logs, from:-%dh | filter a §= %s and b == %r" % (1, 2, 3)
    i = b"fetch logs | filter a = 1"
    j = "fetch logs | filter x == " + a + " and a §= 1 | limit " + str(b)
    k = "fetch data from a = 1"
    l = "fetch logs | filter a §= "
    l += a
    return os.path.join("data", "a = 1")
''',
    "a.js": r"""// fetch logs | filter a = 1
const a = 1, q = 'fetch logs | filter x == "y" and a §= 1';
const r = `fetch logs
| filter x == "${a ? `b = 1` : "c = 1"}" and b == \`d\` and a §= ${a}
${a}`;
run("fetch logs | filter x == \"y\" " + "and a §= 1 " +
  `| limit ${a}`);
const n = `fetch ${a} | fields a`, e = 'fetch', f = /a = 1/;
class X { fetch() { return fetch("/logs | a = 1"); } }
""",
    "a.ts": r"""const dql: string = `
  fetch events, from: -7d
  | filter a §= "${x as string}"
  ${filter}
  | append [ fetch logs | filter b §= 1 ]`;
type A = "fetch the a = 1";
""",
    "a.tsx": r"""const a = <Query dql={`fetch logs | filter a §= 1`} title="fetch logs | filter b §= 1">a = 1</Query>;
""",
    "a.go": r"""package é

// fetch logs | filter a = 1
const q = "fetch logs | filter x == \"é\\n\" and a §= 1"

func f(a string) string {
	b := fmt.Sprintf(`fetch logs, from:-%dh
| filter x == %q and a §= "%s"`, 1, a, a)
	var sb strings.Builder
	sb.WriteString("fetch logs | filter a §= ")
	return b + "fetch {{.table}} | filter a §= {{.value}}" + a
}
""",
    "A.java": r'''class A {
    // fetch logs | filter a = 1
    String a = "fetch logs | filter x == \"\u00e9\" and a §= 1";
    String b = "fetch logs" +
        " | filter a §= " + a + " and b §= 1";
    String c = """
        fetch logs
          | filter x == "\t" and a §= 1
        """;
    char d = '=';
}
''',
    "A.cs": r'''class A {
    string a = "fetch logs | filter x == \"y\" and a §= 1";
    string b = @"fetch logs
| filter x == ""y"" and a §= 1";
    string c = $"fetch logs | summarize n = count(), by:{{x}} | filter a §= {b}";
    string d = """
        fetch logs
        | filter x == "y" and a §= 1
        """;
}
''',
}

WAYS = {"": lambda text: text, "crlf": lambda text: text.replace("\n", "\r\n"), "bom": lambda text: "\ufeff" + text}


@pytest.fixture(params=WAYS)
def written(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Ways to write the same file: other ends of lines, a mark at its beginning."""
    return WAYS[request.param]


@pytest.mark.parametrize("name", FILES)
def test_mistakes_are_found_where_they_are(name: str, written: Callable[[str], str]) -> None:
    pieces = written(FILES[name]).split("§")
    text = "".join(pieces)
    planted = [len("".join(pieces[:k])) for k in range(1, len(pieces))]
    lines = Lines(text)
    found = check_text(text, name, ONLY)
    assert [lines.position(f.diagnostic.span.start) for f in found] == [lines.position(offset) for offset in planted]


@pytest.mark.parametrize("name", FILES)
def test_fixes_change_the_mistakes_and_nothing_else(name: str, written: Callable[[str], str]) -> None:
    text = written(FILES[name]).replace("§", "")
    fixed, _ = fix_text(text, name, ONLY)
    if name[0] == "A":  # blocks, whose lines are written no deeper than they are
        assert fixed.replace("==", "=") == text.replace("==", "=")
    else:
        assert fixed == written(FILES[name]).replace("§=", "==")


@pytest.mark.parametrize("name", FILES)
def test_formatting_leaves_one_line_one_line_and_all_else_as_it_was(name: str) -> None:
    text = FILES[name].replace("§=", "==")
    once = format_text(text, name, Settings())
    assert format_text(once, name, Settings()) == once
    before, after = find_queries(text, name), find_queries(once, name)
    assert len(before) == len(after)
    assert _around(before, text) == _around(after, once)


def _around(found: list, text: str) -> list[str]:
    places = [e.map.span(Span(len(e.text) - len(e.text.lstrip()), len(e.text.rstrip()))) for e in found]
    starts, ends = [0, *(place.end for place in places)], [*(place.start for place in places), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


@pytest.mark.parametrize("ending", sorted(endings(code=True) - endings()))
def test_code_without_queries_is_told_at_a_glance(ending: str) -> None:
    looked = look("a = 1  // nothing", f"a{ending}")
    assert not looked.queries


def test_what_is_no_query_is_never_touched() -> None:
    for ending in (*endings(code=True) - {".dql", ".dqlpart", ".dqlexpr", ".adql"}, ".rb", ".txt", ".csv", ""):
        text = "a = 1 && b\nif (x = 'y') fetch(a)\n"
        assert fix_text(text, f"a{ending}", Settings(), unsafe=True)[0] == text
        assert format_text(text, f"a{ending}", Settings()) == text


PYTHON = {
    "plain": lambda text: repr(text),
    "triple": lambda text: '"""' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""',
    "parts": lambda text: f"({text[:5]!r}  # a\n {text[5:]!r})",
}
pieces = st.lists(st.sampled_from([*"\"'\\\n\t é|:#,[-$", "😀", "\u00a0", "x == 1"]), max_size=20)
queries = pieces.map(lambda held: "fetch logs | filter x" + "".join(held) + "x")


@pytest.mark.parametrize("way", PYTHON)
@settings(deadline=None)
@given(text=queries, new=st.just("") | queries, data=st.data())
def test_edits_are_made_right_or_not_at_all(way: str, text: str, new: str, data: st.DataObject) -> None:
    file = f"é = {PYTHON[way](text)}\n"
    start = data.draw(st.integers(len("fetch logs | filter"), len(text)))
    end = data.draw(st.integers(start, len(text)))
    whole = find_queries(file, "a.py")
    assert "".join(one.text for one in whole) == text == ast.literal_eval(file.split("=", 1)[1].strip())
    if len(whole) == 1:
        edit = whole[0].in_file(Edit(Span(start, end), new), file)
        if edit is not None:
            after = apply_edits(file, [edit]).split("=", 1)[1].strip()
            assert ast.literal_eval(after) == text[:start] + new + text[end:]
