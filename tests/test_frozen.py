"""Declared classes: what dataclasses do, held against dataclasses themselves, and what is only done here."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any, ClassVar

import pytest

from dqlkit.frozen import field, fields, frozen, mutable, replace


class Plain:
    KIND: ClassVar[str] = "pair"
    left: int
    right: int = 2


@frozen(strict=True, order=True)
class Pair(Plain):
    left: int
    right: int = 2
    note: str = field(default="", compare=False, repr=False, kw_only=True)


@frozen
class Named(Pair):
    names: list[str] = field(default_factory=list, hash=False)


@mutable
class Counter:
    steps: int
    seen: list[int] = field(default_factory=list)
    total: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.total = self.steps + len(self.seen)


@dataclasses.dataclass(frozen=True, order=True)
class Reference:
    left: int
    right: int = 2
    note: str = dataclasses.field(default="", compare=False, repr=False, kw_only=True)


PAIRS: list[dict[str, Any]] = [{"left": 1}, {"left": 1, "right": 3, "note": "x"}, {"left": 0}, {"left": 1, "note": "y"}]


@pytest.mark.parametrize("one", PAIRS)
@pytest.mark.parametrize("other", PAIRS)
def test_equality_order_hash_and_repr_are_those_of_dataclasses(one: dict[str, Any], other: dict[str, Any]) -> None:
    ours, theirs = (Pair(**one), Pair(**other)), (Reference(**one), Reference(**other))
    assert (ours[0] == ours[1], ours[0] < ours[1], ours[0] >= ours[1]) == (
        theirs[0] == theirs[1],
        theirs[0] < theirs[1],
        theirs[0] >= theirs[1],
    )
    assert (hash(ours[0]) == hash(ours[1])) == (hash(theirs[0]) == hash(theirs[1]))
    assert repr(ours[0]) == repr(theirs[0]).replace("Reference", "Pair")


def test_a_strict_instance_does_not_change_and_survives_copies() -> None:
    pair = Pair(1, note="kept")
    with pytest.raises(AttributeError, match="Pair does not change"):
        pair.left = 3  # type: ignore[misc]
    for copied in (pickle.loads(pickle.dumps(pair)), copy.deepcopy(pair), replace(pair)):
        assert copied == pair
        assert copied.note == "kept"
    assert replace(pair, right=9) == Pair(1, 9)


def test_subclasses_add_fields_and_classes_differ() -> None:
    assert Named(1, names=["a"]).names == ["a"]
    assert Named(1).names is not Named(1).names
    assert Named(1) != Pair(1)
    assert hash(Named(1, names=["a"])) == hash(Named(1))
    match Named(5, 6, ["b"]):
        case Named(left, right, [name]):
            assert (left, right, name) == (5, 6, "b")


def test_mutable_instances_have_slots_no_hash_and_are_completed_after_init() -> None:
    counter = Counter(3, [1, 2])
    assert counter.total == 5
    counter.steps = 4
    assert (counter == Counter(4, [1, 2]), replace(counter, seen=[]).total) == (False, 4)
    with pytest.raises(TypeError, match="unhashable"):
        hash(counter)
    with pytest.raises(AttributeError):
        counter.other = 1  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        Counter()  # type: ignore[call-arg]


def test_methods_are_compiled_when_they_are_first_called() -> None:
    @frozen
    class Fresh:
        value: int

    assert type(vars(Fresh)["__eq__"]).__name__ == "_Late"
    assert Fresh(1) == Fresh(1)
    assert type(vars(Fresh)["__eq__"]).__name__ == "function"
    assert [one.name for one in fields(Fresh)] == ["value"]
    assert fields(object()) == ()
