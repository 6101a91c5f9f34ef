"""The parser of every language here: Lark's tables, our loop.

A language plugs in with a grammar and a builder::

    class Builder(parser.Builder):
        def NUMBER(self, start, end, text): ...            # a terminal: makes the token's value
        def binary(self, left, operator, right): ...       # a rule, or an alternative's `-> binary`

    PARSER = Parser("dql", starts=("query", "expression"), builder=Builder)
    PARSER.parse(text, "query")                            # a Parsed, whatever the text

- `grammars/dql.lark` is the language. Conflicts are resolved as Lark does (shift), repetition is written with template
  rules (`list{item, ","}`) instead of `*` and `+`, optional parts as alternatives.
- A terminal with a method of its name becomes what that returns; any other terminal's value is its start offset.
- A rule's method gets the values of all its symbols, punctuation too, and returns the value of the rule, in most cases
  a tree node. A single child of a `?rule` passes through without a call.
- The grammar declares a terminal `BAD`, and has it where whole statements, operands and what follows them stand; the
  parser puts it where text had to be left out. What has to be known about punctuation and words, to go on after an
  error and to tell what was expected, are class attributes of the builder.

Why it is fast: the scanner works inside C; states are dictionaries from a terminal straight to what is to be done;
chains of single-child reductions (an expression grammar is little else) are walked once per pair of state and
terminal, then remembered as one step; and tree nodes are made as rules are reduced, never visited again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from dqlkit.cached import cached_property
from dqlkit.diagnostics import Diagnostic, Fix, Span, error
from dqlkit.languages.syntax.collector import undisturbed
from dqlkit.languages.syntax.scanner import Scanner, Token, Tokens
from dqlkit.languages.syntax.tables import Tables, load
from dqlkit.languages.syntax.tree import DEEPEST, Comment, Node, Parsed, Tag

if TYPE_CHECKING:
    from dqlkit.languages.syntax.recovery import Repair, Spot

__all__ = ["MOST_ERRORS", "TEXT", "Automaton", "Builder", "Parser", "Run"]

TEXT = "STRING"
"""The terminal of texts in quotes, in each grammar."""

MOST_ERRORS = 1000
"""The most errors reported for one text."""


class Builder:
    """Builds the tree of one text; subclasses describe a language.

    separator, stage, brackets  the punctuation at which parsing can go on after an error
    stages_inside               the bracket in which whole pipelines stand
    names     how messages name a terminal, "a string"; fixed texts name themselves, others are not mentioned
    concepts  (phrase, needed, covered): where all of `needed` may follow, the phrase stands for all of `covered`
    ends      how messages name the end of the text, by what is parsed; "" is for the rest
    tags      terminals of template tags, which enclose text and stand beside the comments
    set_aside terminals that the first attempt at a text ignores: see `readings`
    doubt     where a text holds this, other readings are tried though the first one has no errors
    associative  operators whose long chains may become balanced trees
    alike     terminals and rules that are made as the one they stand under
    levels    the most levels of depth that a terminal can add; 4 for terminals not listed
    """

    separator: ClassVar[str] = ","
    stage: ClassVar[str] = "|"
    stages_inside: ClassVar[str] = "["
    brackets: ClassVar[Mapping[str, str]] = {"(": ")", "[": "]", "{": "}"}
    names: ClassVar[Mapping[str, str]] = {}
    concepts: ClassVar[tuple[tuple[str, frozenset[str], frozenset[str]], ...]] = ()
    ends: ClassVar[Mapping[str, str]] = {"": "the end of the text"}
    tags: ClassVar[tuple[str, ...]] = ()
    set_aside: ClassVar[frozenset[str]] = frozenset()
    doubt: ClassVar[str] = ""
    associative: ClassVar[frozenset[str]] = frozenset({"and", "or", "xor"})
    levels: ClassVar[Mapping[str, int]] = {}
    alike: ClassVar[Mapping[str, str]] = {}

    _makers: list[Any] | None = None

    def __init__(self, text: str, start: str) -> None:
        """Begin with a text; called again for the next one."""
        self.text = text
        self.start = start
        self.end = self.ends.get(start) or self.ends[""]
        self.diagnostics: list[Diagnostic] = []

    def depth(self, node: Node) -> int:
        """How many levels of nesting a node is."""
        return 1

    def makers(self, automaton: Automaton) -> list[Any]:
        """The methods of all terminals and rules, bound once; None for a terminal whose value is its offset."""
        if self._makers is None:
            taken = ({*getattr(self, "__dict__", ()), *vars(Builder)} - {"one", "more"}).intersection(automaton.makers)
            if taken:
                raise ValueError(f"rules named as other parts of a builder: {', '.join(sorted(taken))}")
            terminals = len(automaton.tables.terminals)
            made_as = {name: one for one, names in self.alike.items() for name in names.split()}
            methods = [made_as.get(name, name) for name in automaton.makers]
            self._makers = [getattr(self, name, None) for name in methods[:terminals]]
            self._makers += [getattr(self, name) for name in methods[terminals:]]
        return self._makers

    def error(self, code: str, start: int, end: int, message: str, *, help: str = "", fix: Fix | None = None) -> None:
        if len(self.diagnostics) < MOST_ERRORS:
            self.diagnostics.append(error(code, Span(start, end), message, help=help, fix=fix))

    def readings(self, tokens: Tokens) -> Iterator[tuple[frozenset[str], int]]:
        """Terminals set aside with which a text with errors is parsed again, beside those that helped already, and how
        many errors that must save."""
        return iter(())

    def foreign_comment(self, comment: Comment) -> None:
        """Report a comment of another language."""

    def repair(self, spot: Spot) -> Repair | None:
        """The language's own repair of an error, tried before the general ones."""
        return None

    def forget(self, start: int) -> None:
        """What follows `start` will be read again: take back what was said about it."""
        self.diagnostics = [diagnostic for diagnostic in self.diagnostics if diagnostic.span.start < start]

    def wrong(self, _: str) -> list[Diagnostic]:
        """The errors of stages by themselves, for repairs that are tried before they are offered."""
        return []

    def nested(self, tree: Node) -> list[Node]:
        """The parts of a tree that may be nested too deeply, the innermost first; see `depth`."""
        return [tree]

    def one(self, item: object) -> list[object]:
        """The first of a list."""
        return [item]

    def more(self, items: list[object], _separator: object, item: object) -> list[object]:
        """Append a further one."""
        items.append(item)
        return items


class Unexpected(Exception):
    """An unexpected token: one that the automaton has no action for."""


class Row(dict[int, Any]):
    """What a state does, learnt on first use.

    row[terminal] is an action `(size, maker, target)`:
        size > 0   reduce that many values by `maker`; then the state is `row_below[target]`
        size < 0   a single child passes through: the state on top becomes `row_below[target]`
        size == 0  shift: `maker` makes the value (from the token), `target` is the next row
    row[nonterminal << 8 | terminal] is the row to go to after such a reduction, chains of single children included.
    """

    __slots__ = ("automaton", "state")

    def __init__(self, automaton: Automaton, state: int) -> None:
        super().__init__()
        self.automaton = automaton
        self.state = state

    def __missing__(self, key: int) -> Any:
        found = self.automaton.go(self.state, key) if key > 255 else self.automaton.act(self.state, key)
        self[key] = found
        return found


class Automaton:
    """Tables as linked rows, and the names of the builder's methods in the order of their makers."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.rows = [Row(self, state) for state in range(len(tables.actions))]
        self.makers = [*tables.terminals, *sorted({name for _, _, name in tables.rules if name})]
        number = {name: index for index, name in enumerate(self.makers)}
        self._rules = [(origin << 8, size, number[name] if name else -1) for origin, size, name in tables.rules]

    def act(self, state: int, terminal: int) -> tuple[int, int, Any]:
        target = self.tables.actions[state].get(terminal)
        if target is None:
            raise Unexpected
        if target >= 0:
            return 0, terminal, self.rows[target]
        origin, size, maker = self._rules[-1 - target]
        return (size if maker >= 0 else -1), maker, origin | terminal

    def go(self, below: int, key: int) -> Row:
        gotos = self.tables.gotos[below]
        state = gotos[key >> 8]
        terminal = key & 255
        while (action := self.tables.actions[state].get(terminal, 0)) < 0 and self._rules[-1 - action][2] < 0:
            state = gotos[self._rules[-1 - action][0] >> 8]
        return self.rows[state]


class Run:
    """The two stacks of one parse: rows (states), and the values built so far, one above each row but the first."""

    def __init__(self, automaton: Automaton, builder: Builder) -> None:
        self.automaton = automaton
        self.builder = builder
        self.rows = [automaton.rows[automaton.tables.starts[builder.start]]]
        self.values: list[Any] = []
        self.repairs = 0
        self._make = builder.makers(automaton)

    def advance(self, tokens: Iterable[Token]) -> Token | None:
        """Consume tokens until one does not fit, and return that one; None at the end."""
        rows, values, make = self.rows, self.values, self._make
        ignored = self.automaton.tables.ignored
        row = rows[-1]
        terminal, piece, start, end = 0, "", 0, 0
        try:
            for terminal, piece, start, end in tokens:
                if terminal < ignored:
                    continue
                while True:
                    size, maker, target = row[terminal]
                    if size == 0:
                        make_value = make[maker]
                        values.append(make_value(start, end, piece) if make_value else start)
                        rows.append(target)
                        row = target
                        break
                    if size == 3:  # half of all reductions; three pops are quicker than two slices
                        third = values.pop()
                        second = values.pop()
                        values[-1] = make[maker](values[-1], second, third)
                        del rows[-2:]
                    elif size > 1:
                        arguments = values[1 - size :]
                        del values[1 - size :], rows[1 - size :]
                        values[-1] = make[maker](values[-1], *arguments)
                    elif size > 0:
                        values[-1] = make[maker](values[-1])
                    rows[-1] = row = rows[-2][target]
        except Unexpected:
            return terminal, piece, start, end
        return None

    def fits(self, terminals: Iterable[int], undo: int = 0) -> bool:
        """Whether these terminals could be read from here, or from where the last `undo` values were not yet read.

        A dry run: states only, and the part of the stack that is not touched is not copied.
        """
        rows, size = self.rows, len(self.rows) - undo
        pushed: list[Row] = []
        row = rows[size - 1]
        try:
            for terminal in terminals:
                while True:
                    count, _, target = row[terminal]
                    if count == 0:
                        pushed.append(target)
                        row = target
                        break
                    count = abs(count)
                    size -= max(0, count - len(pushed))
                    del pushed[-count:]
                    row = (pushed[-1] if pushed else rows[size - 1])[target]
                    pushed.append(row)
        except Unexpected:
            return False
        return True

    def undo(self, count: int) -> None:
        """Forget the last values."""
        if count:
            del self.rows[-count:], self.values[-count:]


class Parser:
    """A language's parser. The tables are loaded on first use."""

    def __init__(self, grammar: str, *, starts: tuple[str, ...], builder: type[Builder]) -> None:
        self.grammar = grammar
        self.starts = starts
        self.builder = builder
        self._idle: list[Builder] = []

    @cached_property
    def automaton(self) -> Automaton:
        return Automaton(load(self.grammar, self.starts))

    @cached_property
    def _levels(self) -> list[int]:
        """For each terminal, and for characters that are none."""
        return [self.builder.levels.get(name, 4) for name in self.automaton.tables.terminals] + [0]

    @cached_property
    def _scanners(self) -> dict[frozenset[str], Scanner]:
        return {}

    def parse(self, text: str, start: str) -> Parsed:
        """The tree of any text, with its syntax errors as diagnostics in text order."""
        with undisturbed(text):
            return self._parse(text, start)

    def following(self, text: str, start: str) -> frozenset[str]:
        """The names of the terminals that may follow a text, which may have errors; `END` where it may be complete.

        All of them where the end of the text could not be read at all.
        """
        terminals = self.automaton.tables.terminals
        with undisturbed(text):
            try:
                run = self._run_over(text, start)
            except StopIteration:  # the end is left out along with what is wrong
                return frozenset(terminals)
            return frozenset(name for kind, name in enumerate(terminals) if run.fits([kind]))

    def _run_over(self, text: str, start: str) -> Run:
        """The state of a parse behind the last token of a text. Raises `StopIteration` where its end is left out."""
        tokens = self.scan(text)
        run = Run(self.automaton, self.builder(text, start))
        pending = iter([*tokens][:-1])
        while (unexpected := run.advance(pending)) is not None:
            from dqlkit.languages.syntax.recovery import recover  # valid text never pays for it

            recover(run, tokens, unexpected, pending)
        return run

    def _parse(self, text: str, start: str) -> Parsed:
        builder = self._begin(text, start)
        tokens = self.scan(text)
        parsed = self._read(builder, tokens)
        if parsed.diagnostics or (builder.doubt and builder.doubt in text):
            chosen: frozenset[str] = frozenset()
            for terminals, fewer in builder.readings(tokens):
                again = self._read(self.builder(text, start), self.scan(text, chosen | terminals))
                if len(again.diagnostics) + fewer <= len(parsed.diagnostics):
                    parsed, chosen = again, chosen | terminals
        else:
            parsed.plainly = True
        self._idle.append(builder)
        return parsed

    def _begin(self, text: str, start: str) -> Builder:
        """A builder that is not in use: binding the methods of a new one takes a tenth of a short text's time."""
        try:
            builder = self._idle.pop()
        except IndexError:
            return self.builder(text, start)
        builder.__init__(text, start)  # type: ignore[misc]
        return builder

    def scan(self, text: str, terminals: frozenset[str] = frozenset()) -> Tokens:
        """The tokens of a text; `terminals` are those set aside that count."""
        scanner = self._scanners.get(terminals)
        if scanner is None:
            scanner = Scanner(self.automaton.tables, self.builder.set_aside - terminals)
            self._scanners[terminals] = scanner
        return scanner.scan(text)

    def _read(self, builder: Builder, tokens: Tokens) -> Parsed:
        run = Run(self.automaton, builder)
        pending = iter(tokens)
        while (unexpected := run.advance(pending)) is not None:
            from dqlkit.languages.syntax.recovery import recover  # valid text never pays for it

            recover(run, tokens, unexpected, pending)
        tree: Node = run.values[0]
        if len(tokens) > DEEPEST // 4 and (nodes := builder.nested(tree)):
            from dqlkit.languages.syntax.depth import limit_depth

            limit_depth(tree, nodes, builder, tokens, self._levels)
        comments = self._comments(builder, tokens)
        builder.diagnostics.sort(key=lambda diagnostic: diagnostic.span)
        return Parsed(builder.text, tree, comments, builder.diagnostics)

    def _comments(self, builder: Builder, tokens: Tokens) -> list[Comment]:
        """What stands between the words: comments, those of other languages, which are reported, and tags."""
        found: list[Comment] = []
        if self._beside.keys().isdisjoint(tokens.kinds):
            return found
        for kind, piece, start, end in tokens:
            if kind in self._beside:
                comment = (Tag if self._beside[kind] in builder.tags else Comment)(start, end, piece)
                found.append(comment)
                if self._beside[kind] == "FOREIGN_COMMENT":
                    builder.foreign_comment(comment)
        return found

    @cached_property
    def _beside(self) -> dict[int, str]:
        """The terminals of comments and tags, by number."""
        names = {"COMMENT", "FOREIGN_COMMENT", *self.builder.tags}
        return {kind: name for kind, name in enumerate(self.automaton.tables.terminals) if name in names}
