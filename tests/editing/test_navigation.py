"""Definition, occurrences and renaming of fields. `‸` is the caret."""

from __future__ import annotations

import pytest

from dqlkit.diagnostics import apply_edits
from dqlkit.editing import Draft
from dqlkit.editing.navigation import CannotRename, definition, occurrences, renamable, rename
from dqlkit.languages.language import LanguageName


def placed(text: str, language: LanguageName = "dql") -> tuple[Draft, int]:
    return Draft(text.replace("‸", ""), language), text.index("‸")


#: A query, the same with the field renamed to `new`, and what is written where the field is made ("" for a field of a table).
RENAMED = [
    ("fetch x | filter ‸a > 1 | sort a", "fetch x | filter new > 1 | sort new", ""),
    (
        "fetch x | summarize ‸n = count(), by:{h} | fieldsAdd n = n + 1 | sort n",
        "fetch x | summarize new = count(), by:{h} | fieldsAdd n = new + 1 | sort n",
        "n",
    ),
    (
        "fetch x | summarize n = sum(‸a), sum(a), by:{h} | filter `sum(a)` > n",
        "fetch x | summarize n = sum(new), sum(new), by:{h} | filter `sum(new)` > n",
        "",
    ),
    ("fetch x | summarize sum(a) | sort `sum(a‸)`", "fetch x | summarize new = sum(a) | sort new", "sum(a)"),
    (
        "fetch x | lookup [fetch y | fieldsAdd ‸z = 1], sourceField:z, lookupField:z | sort lookup.z",
        "fetch x | lookup [fetch y | fieldsAdd new = 1], sourceField:z, lookupField:new | sort lookup.new",
        "z",
    ),
    (
        "fetch x | lookup [fetch y | fieldsAdd z = 1], sourceField:i, lookupField:i, fields:{‸z} | sort z",
        "fetch x | lookup [fetch y | fieldsAdd z = 1], sourceField:i, lookupField:i, fields:{new = z} | sort new",
        "z",
    ),
    (
        "fetch x | fieldsAdd ‸h = 1 | join [fetch y], on:{h} | sort h",
        "fetch x | fieldsAdd new = 1 | join [fetch y], on:{left[new] == right[h]} | sort new",
        "h",
    ),
    (
        "fetch x | fields n | append [fetch y | fields ‸n] | sort n",
        "fetch x | fields new | append [fetch y | fields new] | sort new",
        "",
    ),
    ('fetch x | parse m, "INT:‸u" | filter u > 1', 'fetch x | parse m, "INT:new" | filter new > 1', "u"),
    ('fetch x | fieldsRename b = a | fieldsRemove "‸b"', 'fetch x | fieldsRename new = a | fieldsRemove "new"', "b"),
    ("fetch x | expand ‸y | filter y == z |", "fetch x | expand new | filter new == z |", ""),
]


@pytest.mark.parametrize(("text", "wanted", "made"), RENAMED)
def test_a_field_is_renamed_through_its_query(text: str, wanted: str, made: str) -> None:
    draft, offset = placed(text)
    assert apply_edits(draft.text, rename(draft, offset, "new")) == wanted
    found = definition(draft, offset)
    assert (draft.text[found.start : found.end] if found else "") == made
    assert any(span.start <= offset <= span.end for span in occurrences(draft, offset))


REFUSED = [
    ('fetch x | fieldsAdd a1 = 1 | fieldsKeep "a*" | sort ‸a1', "chooses it by its name"),
    ("fetch x | fieldsAdd new = 1, a = 2 | filter ‸a > new", "another field `new`"),
    ("fet‸ch x", "Only fields"),
    ("fetch x | lookup [data record(z = 1)], sourceField:z, lookupField:z | sort lookup.‸z", "names it after `z`"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_what_cannot_be_renamed_says_why(text: str, why: str) -> None:
    draft, offset = placed(text)
    with pytest.raises(CannotRename, match=why):
        rename(draft, offset, "new")


def test_aliases_of_adql() -> None:
    draft, offset = placed("SELECT avg(ms) AS m FROM t HAVING m > 1 ORDER BY ‸m", "adql")
    assert (
        apply_edits(draft.text, rename(draft, offset, "mean"))
        == "SELECT avg(ms) AS mean FROM t HAVING mean > 1 ORDER BY mean"
    )
    assert definition(draft, offset) == (18, 19)
    assert renamable(draft, offset) == (49, 50)
