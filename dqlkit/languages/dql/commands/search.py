"""`search`: records that hold a word anywhere."""

from __future__ import annotations

from typing import Literal

from dqlkit.functions.vocabulary import Boolean
from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Hint, Many, Name, Plain, Search
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.search import Search as SearchOperator


@command
def search(
    source: Operator,
    condition: Search,
    *,
    case_sensitive: Hint[Plain[Boolean]] = False,
    scope: Hint[Literal["all", "names", "values"]] = "all",
    fields: Many[Name] = (),
    skip_fields: Many[Name] = (),
) -> Operator:
    """Keep the records in which a text occurs as whole words: `search "error" and status >= 400`.

    A text alone looks in every field; `field ~ "text"` in one.

    >>> data record(a = "disk failed"), record(a = "ok") | search "failed"
    {"a":"disk failed"}
    """
    return SearchOperator(source, condition, fields, skip_fields)


@search.lifts(SearchOperator)
def _(operator: SearchOperator) -> Written:
    return written(condition=operator.condition, fields=operator.fields, skip_fields=operator.skipped)
