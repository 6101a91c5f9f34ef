"""Groups over members of JSON texts, which are made batch by batch with the types of each batch, and then joined."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.every import answer, plan_of
from tests.profiles import examples

#: Records in a batch. Shapes are learned of eight texts or more.
BATCH = 10
MEMBERS = ["1", "1.0", "2", "2.5", '"1"', '"x"', "true", "null", "-0.0", "0", "[1]", '{"a":1}', "99999999999999999999"]
#: One batch after the other, each with a type of its own, or mixed.
BATCHES = st.lists(st.sampled_from([*MEMBERS, "mixed", "none"]), min_size=1, max_size=5)
QUERIES = [
    "n = count(), s = sum(p[b]), by:{k = p[a]}",
    "m = max(p[b]), l = min(p[b]), v = avg(toDouble(p[b])), by:{k = p[a], host}",
    'f = takeFirst(p[b]), t = takeLast(p[b]), i = countIf(p[b] == "x"), by:{k = toString(p[a])}',
    "d = countDistinctExact(p[b]), c = collectArray(p[b]), by:{k = p[a]}",
    "s = sum(toLong(p[b]) * 2), x = stddev(p[b]), n = count() + 1, by:{k = p[a]}",
    "by:{k = p[a], l = p[b]}",
]


@pytest.fixture(autouse=True, scope="module")
def _small_batches() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLARS_IDEAL_MORSEL_SIZE", str(BATCH))
        pl.Config.reload_env_vars()
        yield
    pl.Config.reload_env_vars()


@pytest.mark.parametrize("query", QUERIES)
@examples(10)
@given(BATCHES, BATCHES)
def test_groups_of_batches_are_joined_as_their_records_are(query: str, keys: list[str], values: list[str]) -> None:
    def of(kinds: list[str], row: int) -> str:
        kind = kinds[row // BATCH % len(kinds)]
        return MEMBERS[row * 7 % len(MEMBERS)] if kind == "mixed" else kind

    rows = range(BATCH * max(len(keys), len(values)) + 3)
    texts = [f'{{"a":{of(keys, row)},"b":{of(values, row)}}}'.replace("none", "") for row in rows]
    logs = [{"content": text, "host": "yx"[row % 2]} for row, text in enumerate(texts)]
    answer(plan_of(f'fetch logs | parse content, "JSON:p" | summarize {query}'), {"logs": logs})
