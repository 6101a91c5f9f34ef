"""Classes that are written out for the compiler are what their declarations make. `make native` tries them compiled."""

from __future__ import annotations

import ast
import copy
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from dqlkit.frozen import fields
from native.build import chosen_modules
from native.classes import written
from native.sources import Sources

ROOT = Path(__file__).parent.parent

DECLARED = '''\
"""Classes of all kinds."""

from __future__ import annotations

from typing import ClassVar

from dqlkit.cached import cached_property
from dqlkit.frozen import field, frozen, mutable


@frozen(strict=True, order=True)
class Place:
    """Where something is."""

    line: int
    column: int = 1


class Word:
    """Not declared; keeps what it worked out."""

    def __init__(self, text: str) -> None:
        """Take a text."""
        self.text = text
        self.asked = 0

    @cached_property
    def size(self) -> int:
        """How long it is."""
        self.asked += 1
        return len(self.text)


@frozen(slots=False)
class Base:
    kind: ClassVar[str] = "base"
    name: str
    place: Place | None = field(default=None, compare=False, repr=False, kw_only=True)

    @property
    def is_leaf(self) -> bool:
        return False

    @cached_property
    def shouted(self) -> str:
        return self.name.upper()


@frozen(slots=False)
class Leaf(Base):
    """A leaf."""

    is_leaf = True
    seen: list[str] = field(default_factory=list, hash=False)
    made: int = field(init=False, default=7)

    def __post_init__(self) -> None:
        self.seen.append(self.name)

    @cached_property
    def again(self) -> str:
        return self.name * 2


@mutable(slots=False)
class Counter:
    count: int = 0
    part: Word | None = None

    def forget(self) -> None:
        del self.part
'''


@pytest.fixture(params=["declared", "written"])
def module(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """The classes as they are declared, and as they are written out."""
    path = tmp_path / "dqlkit" / "sample.py"
    path.parent.mkdir()
    path.write_text(DECLARED, "utf-8")
    sample = Sources(tmp_path).module("dqlkit.sample")
    assert sample is not None
    made = ModuleType("sample")
    sys.modules["sample"] = made
    exec(DECLARED if request.param == "declared" else written(sample, ()), vars(made))
    yield made
    del sys.modules["sample"]


def test_values_are_equal_hashed_shown_and_ordered_by_their_fields(module: Any) -> None:
    one, same, other = module.Place(1), module.Place(1, 1), module.Place(1, column=2)
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != (1, 1)
    assert module.Place(float("nan")) != module.Place(float("nan"))
    nan = float("nan")
    assert module.Place(nan) == module.Place(nan)
    assert sorted([other, one]) == [one, other]
    assert repr(one) == "Place(line=1, column=1)"
    assert module.Place.__match_args__ == ("line", "column")
    assert module.Place.__doc__ == "Where something is."


def test_fields_of_bases_come_first_and_those_by_name_last(module: Any) -> None:
    leaf = module.Leaf("a", ["x"], place=module.Place(3))
    assert repr(leaf) == "Leaf(name='a', seen=['x', 'a'], made=7)"
    assert leaf == module.Leaf("a", ["x"])
    assert leaf != module.Leaf("a")
    assert hash(leaf) == hash(module.Leaf("a"))
    assert [(one.name, one.type, one.init, one.kw_only) for one in fields(module.Leaf)] == [
        ("name", "str", True, False),
        ("place", "Place | None", True, True),
        ("seen", "list[str]", True, False),
        ("made", "int", False, False),
    ]
    assert module.Leaf.__match_args__ == ("name", "seen")
    assert (leaf.kind, leaf.is_leaf, module.Base("b").is_leaf) == ("base", True, False)
    with pytest.raises(TypeError):
        module.Leaf("a", ["x"], module.Place(3))


def test_defaults_are_made_for_each(module: Any) -> None:
    assert module.Leaf("a").seen is not module.Leaf("a").seen
    assert module.Counter() == module.Counter(0, None)


def test_properties_are_worked_out_once(module: Any) -> None:
    word = module.Word("abc")
    assert [word.size, word.size, word.asked] == [3, 3, 1]
    leaf = module.Leaf("a")
    assert leaf.again is leaf.again
    assert leaf.shouted == "A"


def test_copies_and_pickles_are_equal(module: Any) -> None:
    for value in (module.Place(1, 2), module.Base("a", place=module.Place(1))):
        assert copy.copy(value) == value
        assert copy.deepcopy(value) == value
        assert pickle.loads(pickle.dumps(value)) == value


def test_fields_can_be_let_go_of(module: Any) -> None:
    counter = module.Counter(1)
    counter.forget()
    counter.part = module.Word("a")
    assert counter.part.size == 1


def test_all_modules_that_are_compiled_can_be_written_out() -> None:
    sources = Sources(ROOT)
    modules = list(chosen_modules(sources))
    assert {"dqlkit.linting.linter", "dqlkit.plan.ops.filter"} <= {module.name for module in modules}
    for module in modules:
        tree = ast.parse(written(module, ()))
        decorators = [ast.unparse(one) for node in ast.walk(tree) for one in getattr(node, "decorator_list", ())]
        assert not [one for one in decorators if one.startswith(("frozen", "mutable", "cached_property"))]
