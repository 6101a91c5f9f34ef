"""Scalar types are compared by what they are, so each is one object."""

from __future__ import annotations

import copy
import pickle

from dqlkit.types.kinds import LONG, Array, Type


def test_a_scalar_type_is_one_object():
    assert Type("long") is LONG
    assert copy.deepcopy(LONG) is LONG
    assert pickle.loads(pickle.dumps(LONG)) is LONG
    assert pickle.loads(pickle.dumps(Array(LONG))) == Array(LONG)
    assert Type("string") != LONG
