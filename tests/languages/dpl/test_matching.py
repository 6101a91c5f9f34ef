"""How patterns match: what ends where, what is undone, what is exported. And that nothing takes long."""

from __future__ import annotations

import time
from typing import Any

import pytest

from dqlkit.types.kinds import ANY, DOUBLE, IP, LONG, STRING, TIMESTAMP, Array, Record
from tests.languages.dpl.running import CLOCK, all_exports, exports, pattern, shown

#: Pattern, text, exports.
CASES: list[tuple[str, str, Any]] = [
    # Lazy matchers end at the first place where what follows matches, and stay there.
    ("LD:a ',' LD:b", "x,y,z", {"a": "x", "b": "y,z"}),
    ("LD:a ':' 'x'", "a:b:x", None),
    ("LD:a (':' 'x')", "a:b:x", {"a": "a:b"}),
    ("LD:a EOL EOL", "one\ntwo\n\n", None),
    ("DATA:a (EOL EOL)", "one\ntwo\n\n", {"a": "one\ntwo"}),
    ("LD:a 'a'", "aa", {"a": "a"}),
    ("LD*:a 'a'", "aa", {"a": ""}),
    ("LD:a ','", "one\n,", None),
    ("LD{2}:a", "abc", {"a": "ab"}),
    ("LD{2}:a", "a", None),
    ("LD{1,3}:a ','", "abcd,", None),
    ("LD:a SPACE* ']'", "x y ]", {"a": "x y"}),
    ("LD:a", "x" * 5000, {"a": "x" * 4096}),
    ("LD:a ','", "x" * 5000 + ",", None),
    ("LD:a INT?:b", "up 5 down", {"a": "up ", "b": 5}),
    ("LD:q ('(' IPADDR:ip ')')? EOL", "who (1.2.3.4)\n", {"q": "who ", "ip": "1.2.3.4"}),
    ("LD:q ('(' IPADDR:ip ')')? EOL", "who (me)\n", {"q": "who (me)", "ip": None}),
    ("LD:a ('.' LD)? EOS", "x.y", {"a": "x"}),
    ("('_' LD:tag)? '_DB'", "_x_DB", {"tag": "x"}),
    ("('_' LD:tag)? '_DB'", "_DB", {"tag": None}),
    ("ld* '.'? ((ld '.' ld):domain '.' eos)", "www.example.com.", {"domain": "example.com"}),
    # Runs take all there are.
    ("WORD:w '_'", "a_", None),
    ("ALNUM:a '-'", "ab-", {"a": "ab"}),
    ("[a-c]:x", "abc", {"x": "a"}),
    ("[a-c]{2,}:x", "abcabd", {"x": "abcab"}),
    ("[!:space:]+:x", "a b", {"x": "a"}),
    ("[^,]+:x", "a b,c", {"x": "a b"}),
    ("LONG:n '.'", "192.168", {"n": 192}),
    ("'='{2}:e INT:n", "==5", {"e": "==", "n": 5}),
    ("'ab'*:x", "ababa", {"x": "abab"}),
    # Alternatives: the first that matches. Groups are texts.
    ("('a' | 'ab') 'c' WORD?:x", "abc", None),
    ("(INT:n | WORD:w):all EOS", "12", {"n": 12, "w": None, "all": "12"}),
    ("(INT:n ':' | WORD:n ';')", "x;", {"n": "x"}),
    (
        "(IPADDR:ip | [a-z.]*:name):remote EOL",
        "example.com\n",
        {"ip": None, "name": "example.com", "remote": "example.com"},
    ),
    ("(INT:a ',' INT:b)?:both EOS", "", {"a": None, "b": None, "both": None}),
    ("('a' INT)+:all EOS", "a1a2", {"all": "a1a2"}),
    # What a match is worth may be said.
    ("('t' <true>:f) | ('f' <false>:f)", "f", {"f": False}),
    ("('on' <1>:n | 'off' <0>:n) EOS", "off", {"n": 0}),
    ("('on' <1>:n | 'off' <0>:n) EOS", "of", None),
    # Flat objects give their members away, wherever they stand.
    ("JSON{JSON{INT:x}(flat=true):p, INT:y}(flat=true)", '{"p":{"x":1},"y":2}', {"x": 1, "y": 2}),
    ("JSON{JSON{INT:x}(flat=true):p, INT:y}(flat=true)", '{"p":3,"y":2}', {"x": None, "y": 2}),
    ("JSON{JSON{INT:x:a}(flat=true):p}:o", '{"p":{"x":1}}', {"o": {"a": 1}}),
    ("JSON{JSON{INT:x}:p}(flat=true):o", '{"p":{"x":1}}', {"p": {"x": 1}}),
    ("JSON{JSON{INT:x}(flat=true):p}(flat=true):o", '{"p":{"x":1}}', {"x": 1}),
    ("(JSON{INT:x}(flat=true):o):y", '{"x":1}', {"x": 1, "y": '{"x":1}'}),
    ("JSON{INT:x}(flat=true, greedy='r')", '{"x":1,"y":2}', {"x": 1, "r": {"y": 2}}),
    # Separators, and members that are left out.
    ("(INT:a ALNUM?:user INT:code)(fs=',') EOL", "1,mary01,200\n", {"a": 1, "user": "mary01", "code": 200}),
    ("(INT:a ALNUM?:user INT:code)(fs=',') EOL", "1,,404\n", {"a": 1, "user": None, "code": 404}),
    ("(INT:a ALNUM?:user INT:code)(fs=',') EOL", "1,500\n", {"a": 1, "user": None, "code": 500}),
    ("(INT?:a INT:b INT?:c)(fs=';') EOL", "1;2;3\n", {"a": 1, "b": 2, "c": 3}),
    ("(INT?:a INT:b INT?:c)(fs=';') EOL", "2\n", {"a": None, "b": 2, "c": None}),
    ("(INT*:a INT:b)(fs=';'):g EOS", ";2", {"a": None, "b": 2, "g": ";2"}),
    ("(LD:a WORD:b)(fs={SPACE+}) EOS", "x:  y", {"a": "x:", "b": "y"}),
    # Optional and mandatory numbers.
    ("INT*:a ','", ",", {"a": None}),
    ("INT+:a ','", ",", None),
    ("INT(min=5):a", "4", None),
    # Looking around takes nothing.
    ("LD:a >>('x' INT)", "foox5", {"a": "foo"}),
    ("LD:a !>>'b' 'a'", "xbax", {"a": "xb"}),
    ("IPADDR:ip <<INT(min=50)", "1.2.3.60", {"ip": "1.2.3.60"}),
    ("IPADDR:ip <<INT(min=50)", "1.2.3.40", None),
    ("WORD !<<'foo' ':' WORD:w", "bar:x", {"w": "x"}),
    ("WORD !<<'foo' ':' WORD:w", "foo:x", None),
    # Macros.
    ("$m = INT:x ',' WORD:y; $m ';' $m:rec", "1,b;2,c", {"x": 1, "y": "b", "rec": {"x": 2, "y": "c"}}),
    ("$m = INT ',' WORD; $m:text", "1,b", {"text": "1,b"}),
    # Arrays, pairs, records.
    ("ARRAY{LD:x ','?}{1,}:xs ']'", "a,b,c]", {"xs": ["a", "b", "c"]}),
    ("ARRAY{INT:x ','?}{2,3}:xs", "1,2,3,4", {"xs": [1, 2, 3]}),
    ("ARRAY{INT:x ','?}{2,3}:xs", "1", None),
    ("KVP{LD:key '=' LD:value (' ' | EOS)}:kv", "a=1 b=two", {"kv": {"a": "1", "b": "two"}}),
    ("KVP{[a-z]:key '=' INT:value ' '?}{1,1}:kv", "a=1 b=2", {"kv": {"a": 1}}),
    ("STRUCTURE{INT:a ';' STRUCTURE{LD:b}:in}:out", "1;x", {"out": {"a": 1, "in": {"b": "x"}}}),
    # JSON.
    ("JSON:x", '{"a":NaN}', None),
    ("JSON:x", '{"n":12345678901234567890}', {"x": {"n": 12345678901234567890.0}}),
    ("JSON:x", "{" + '"a":{' * 200 + "}" * 201, None),
    ("JSON(maxlen=5):x", '{"a":1}', None),
    ("LD JSON:x", 'log: {"a":"ä"} done', {"x": {"a": "ä"}}),
    ("JSON{STRING:a, BOOLEAN:b}:x", '{"a":5,"b":"maybe"}', {"x": {"a": "5", "b": None}}),
    ("JSON{STRING:a:null, INT:b:c}:x", '{"a":5,"b":1}', {"x": {"c": 1}}),
    ("JSON{STRING:a, INT+:b}:x", '{"a":"x"}', None),
    ("JSON{LONG[][]:m}:x", '{"m":[[1,"2"],[]]}', {"x": {"m": [[1, 2], []]}}),
    ("JSON{LONG[]:m}:x", '{"m":[1,"x"]}', {"x": {"m": None}}),
    ("JSON{JSON_ARRAY{JSON{INT:i}}:a}(flat=true)", '{"a":[{"i":1,"j":2}]}', {"a": [{"i": 1}]}),
    ("JSON{TIMESTAMP('yyyy-MM-dd'):t}:x", '{"t":"2024-01-02"}', {"x": {"t": "2024-01-02T00:00:00.000000000Z"}}),
    ("JSON_ARRAY{INT}:a", '["x"]', None),
    ("JSON_VALUE:v", "null", {"v": None}),
    ("JSON(strict=false):x", "{a: b c: 1}", None),
    ("JSON(strict=false):x", "{a: [b, 1.5], 'c': 1}", None),
    ("JSON(strict=false):x", '{a: [b, 1.5, true], "c": null}', {"x": {"a": ["b", 1.5, True], "c": None}}),
    ("XML:x", "<a><b>&lt;&#65;</b><!-- c --><![CDATA[<z>]]></a>", {"x": {"a": {"b": "<A", "#text": "<z>"}}}),
    ("XML(ignoreNamespace=true):x", "<n:a n:k='v'/>", {"x": {"a": {"@k": "v"}}}),
    ("XML:x", "<a><b></a>", None),
]


@pytest.mark.parametrize(
    ("text", "subject", "answer"), CASES, ids=[f"{text[:50]} {n}" for n, (text, *_) in enumerate(CASES)]
)
def test_match(text: str, subject: str, answer: Any) -> None:
    assert shown(exports(text, subject)) == answer


#: Format, text, what it is in UTC; the clock shows March 2024.
TIMES = [
    ("yyyy-MM-dd HH:mm:ss.S", "2019-01-01 00:00:00.999", "2019-01-01T00:00:00.999"),
    ("yyyy-MM-dd HH:mm:ss.S", "2019-01-01 00:00:00.60000", "2019-01-01T00:01:00.000"),
    ("yyyy-MM-dd HH:mm:ss.f", "2019-01-01 00:00:00.3335", "2019-01-01T00:00:00.333"),
    ("yyyy-MM-dd HH:mm:ss.SSSSSS", "2019-01-01 00:00:00.123456", "2019-01-01T00:00:00.123"),
    ("s", "1576590440", "2019-12-17T13:47:20.000"),
    ("S", "1576590440679", "2019-12-17T13:47:20.679"),
    ("s.S", "1576590440.679", "2019-12-17T13:47:20.679"),
    ("yyyy M d H:m:s Z", "2019 1 23 1:35:47 +0200", "2019-01-22T23:35:47.000"),
    ("yyyy M d H:m:s Z", "2019 1 23 1:35:47 GMT+02:00", "2019-01-22T23:35:47.000"),
    ("yyyy M d H:m:s z", "2019 7 23 1:35:47 CET", "2019-07-23T00:35:47.000"),
    ("MMMM d'th' yyyy, HH:mm", "January 16th 2020, 23:56", "2020-01-16T23:56:00.000"),
    ("MMM d HH:mm:ss", "Sep  1 02:37:06", "2024-09-01T02:37:06.000"),
    ("HH:mm", "10:11", "2024-03-09T10:11:00.000"),
    ("d.M.yy", "1.2.31", "2031-02-01T00:00:00.000"),
    ("d.M.yy", "1.2.32", "1932-02-01T00:00:00.000"),
    ("yyyy-DDD", "2024-060", "2024-02-29T00:00:00.000"),
    ("EEE, d MMM yyyy hh:mm a", "Tue, 3 Jun 2008 11:05 PM", "2008-06-03T23:05:00.000"),
    ("yyyyMMddHHmmss", "20240102030405", "2024-01-02T03:04:05.000"),
    ("yyyy-MM-ddTHH:mm:ss,SSS", "2024-01-02T03:04:05,006", "2024-01-02T03:04:05.006"),
    ("dd/MMM/yyyy:hh:mm:ss.f", "01/Feb/2024:23:00:00.5", "2024-02-01T23:00:00.500"),
]


@pytest.mark.parametrize(("format", "subject", "answer"), TIMES)
def test_time(format: str, subject: str, answer: str) -> None:
    written = format.replace("'", r"\'")
    assert shown(exports(f"TIMESTAMP('{written}'):t", subject)) == {"t": f"{answer}000000Z"}


@pytest.mark.parametrize(
    ("format", "subject"),
    [
        ("yyyy-MM-dd", "2023-02-29"),
        ("yyyy-MM-dd", "2023-2-9"),
        ("HH:mm", "24:00"),
        ("HH:mm:ss", "10:00:60"),
        ("M", "13"),
    ],
)
def test_no_time(format: str, subject: str) -> None:
    assert exports(f"TIMESTAMP('{format}'):t", subject) is None


@pytest.mark.parametrize(
    ("locale", "subject"),
    [("de", "3 Mär 2024"), ("de-AT", "3 Mrz 2024"), ("fr", "3 mars 2024"), ("es_MX", "3 MAR 2024")],
)
def test_names_of_months(locale: str, subject: str) -> None:
    assert shown(exports(f"TIMESTAMP('d MMM yyyy', locale='{locale}'):t", subject)) == {
        "t": "2024-03-03T00:00:00.000000000Z"
    }


def test_all_matches() -> None:
    assert all_exports("INT:i", "1-10+20") == [{"i": 1}, {"i": -10}, {"i": 20}]
    assert all_exports("LD:name ';' INT:age EOL", "name;age\nHomer;40\nBurns;104\n") == [
        {"name": "Homer", "age": 40},
        {"name": "Burns", "age": 104},
    ]
    assert all_exports("MOF LD:name ';' INT:age EOL", "A;1\nHomer;40\n") == [{"name": "Homer", "age": 40}]
    assert len(all_exports("EOS WORD?:w", "ab")) == 1


def test_types_are_known_beforehand() -> None:
    found = pattern(
        "INT:i LD:l IPADDR:ip TIME:t (FLOAT:d):g ARRAY{INT:i}{1,}:a STRUCTURE{INT:i}:s JSON:j (INT:u | LD:u)"
    )
    kinds = found.exports
    assert [kinds[name] for name in ("i", "l", "ip", "t", "d", "g")] == [LONG, STRING, IP, TIMESTAMP, DOUBLE, STRING]
    assert (kinds["a"], kinds["s"], kinds["j"]) == (Array(LONG), Record([("i", LONG)]), ANY)
    assert str(kinds["u"]) == "long|string"


#: Patterns and texts that take backtracking matchers for ever.
EVIL = [
    ("LD (LD (LD (LD 'x')))", "a" * 4000),
    ("DATA (DATA (DATA (WORD 'x')))", "a" * 4000),
    ("LD LD LD LD LD LD 'x'", "a" * 4000),
    ("(" * 30 + "LD '.'" + ")?" * 30 + " EOS", "a." * 2000),
    ("('a'* 'a'*)* 'b'", "a" * 1000),
    ("ARRAY{LD:a ','?}{1,}:z 'x'", "a," * 2000),
    ("((([a]+ 'b')? 'c')? 'd')?:x 'e'", "a" * 20000),
    ("DATA JSON:x", '{"a":' * 1000),
    ("DATA JSON_ARRAY:x", "[" * 1000),
    ("DATA DOUBLE 'x'", "1" * 20000),
    ("DQS:x", '"' + '\\"' * 5000),
    ("XML:x", "<a>" * 5000),
    ("TIMESTAMP('yMdHms'):t", "1" * 10000),
]


@pytest.mark.parametrize(("text", "subject"), EVIL, ids=[text[:40] for text, _ in EVIL])
def test_time_grows_with_the_square_of_the_text_at_most(text: str, subject: str) -> None:
    """Backtracking grows exponentially: twice the text would never end."""

    def seconds(subject: str) -> float:
        started = time.process_time()
        list(pattern(text).matches(subject, CLOCK))
        return max(time.process_time() - started, 0.05)

    quarter = subject[: len(subject) // 4]
    assert seconds(quarter * 2) < 10 * seconds(quarter)
