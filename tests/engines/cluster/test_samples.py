"""Samples and generated plans through the cut, beside the row-by-row engine.

A few in every run; with TEST_CLUSTER (`make test-cluster`) all cases, all examples and 2,000 plans, in this process and
on processes of their own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.engines.cluster.ports import Port
from dqlkit.engines.cluster.ports.local import Local
from tests.engines.cluster.here import Here
from tests.engines.cluster.samples import Sample, cases, differs, examples_of_the_vendor
from tests.engines.every import CONTEXT, plan_of
from tests.engines.pipelines import MIXED, RECORDS, pipelines
from tests.profiles import examples

ALL = "TEST_CLUSTER" in os.environ
SAMPLES = [*cases(), *examples_of_the_vendor()][:: 1 if ALL else 12]


@pytest.fixture(scope="module", params=["here", "local"] if ALL else ["here"])
def port(request: pytest.FixtureRequest) -> Iterator[Port]:
    if request.param == "here":
        yield Here()
        return
    processes = Local(2)
    yield processes
    processes.close()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_samples(port: Port, sample: Sample) -> None:
    assert not differs(port, sample)


@examples(2000 if ALL else 10)
@given(pipelines(), st.one_of(RECORDS, MIXED))
def test_generated_plans(port: Port, text: str, records: list[dict[str, Any]]) -> None:
    difference = differs(port, Sample(text, plan_of(text), {"t": records}, CONTEXT))
    assert not difference, difference
