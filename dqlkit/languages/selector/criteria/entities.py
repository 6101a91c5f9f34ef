"""Criteria of `entitySelector`, over records of tables `dt.entity.…`: an `id`, a name, attributes, relationships.

Names are compared in any letter case, unless `caseSensitive(…)` stands around; everything else as it is.
"""

from __future__ import annotations

import re

from dqlkit.frozen import replace
from dqlkit.languages.selector.condition import All, Condition, Not, Operator, Path, Related, Test
from dqlkit.languages.selector.criterion import Inner, Key, Moment, Number, Text, entity

__all__ = ["entity"]

_NAMES: tuple[Path, ...] = (("entity.name",), ("name",))


@entity("type", once=True)
def _(value: Text) -> Condition:
    """Entities of one type, which is how their ids begin.

    >>> type("HOST")
    """
    return Test((("id",),), "starts with", (f"{value.upper()}-",))


@entity("entityId")
def _(*ids: Text) -> Condition:
    """The entities of some ids.

    >>> entityId("HOST-1","HOST-2")
    """
    return Test((("id",),), "in", ids)


def _named(operator: Operator, *values: str) -> Condition:
    return Test(_NAMES, operator, values, exact=False)


@entity("entityName")
def _(value: Text) -> Condition:
    """Entities whose name contains a text.

    >>> entityName("shop")
    """
    return _named("contains", value)


@entity("entityName.contains")
def _(value: Text) -> Condition:
    """Another way to write `entityName`.

    >>> entityName.contains("shop")
    """
    return _named("contains", value)


@entity("entityName.equals")
def _(value: Text) -> Condition:
    """Entities of a name.

    >>> entityName.equals("web 1")
    """
    return _named("in", value)


@entity("entityName.in")
def _(*values: Text) -> Condition:
    """Entities with one of several names.

    >>> entityName.in("web 1","web 2")
    """
    return _named("in", *values)


@entity("entityName.startsWith")
def _(value: Text) -> Condition:
    """Entities whose name begins with a text.

    >>> entityName.startsWith("web")
    """
    return _named("starts with", value)


@entity("entityName.exists")
def _() -> Condition:
    """Entities that have a name.

    >>> entityName.exists()
    """
    return Test(_NAMES, "exists")


@entity("caseSensitive")
def _(criterion: Inner) -> Condition:
    """A criterion of names, letter case included.

    >>> caseSensitive(entityName.equals("web 1"))
    """
    return replace(criterion, exact=True) if isinstance(criterion, Test) else criterion


@entity("not")
def _(criterion: Inner) -> Condition:
    """Entities that do not meet a criterion; `type` cannot stand there.

    >>> not(tag("stage:prod"))
    """
    return Not(criterion)


@entity("tag")
def _(*tags: Text) -> Condition:
    """Entities with one of several tags, each `key`, `key:value` or `[context]key:value` as the entity has it.

    >>> tag("[AWS]stage:prod","critical")
    """
    return Test((("tags",),), "in", tags)


@entity("mzId")
def _(*ids: Number) -> Condition:
    """Entities in a management zone.

    >>> mzId(42)
    """
    return Test((("managementZones", "id"),), "in", ids)


@entity("mzName")
def _(*names: Text) -> Condition:
    """Entities in the management zone of a name.

    >>> mzName("Shop")
    """
    return Test((("managementZones", "name"), ("managementZones",)), "in", names)


_SEEN = {"firstSeenTms": "start", "lastSeenTms": "end"}


def _seen(name: str, operator: Operator, moment: Moment) -> Condition:
    """When an entity was seen, which its record has as `lifetime` or under the name itself."""
    return Test(((name,), ("lifetime", _SEEN[name])), operator, (moment,))


@entity("firstSeenTms.lt")
def _(moment: Moment) -> Condition:
    """Entities first seen before a point in time.

    >>> firstSeenTms.lt(now-3h)
    """
    return _seen("firstSeenTms", "<", moment)


@entity("firstSeenTms.lte")
def _(moment: Moment) -> Condition:
    """The same, or then.

    >>> firstSeenTms.lte(1700000000000)
    """
    return _seen("firstSeenTms", "<=", moment)


@entity("firstSeenTms.gt")
def _(moment: Moment) -> Condition:
    """Entities first seen after a point in time.

    >>> firstSeenTms.gt(now-2w)
    """
    return _seen("firstSeenTms", ">", moment)


@entity("firstSeenTms.gte")
def _(moment: Moment) -> Condition:
    """The same, or then.

    >>> firstSeenTms.gte("2026-01-05T00:00:00Z")
    """
    return _seen("firstSeenTms", ">=", moment)


@entity("lastSeenTms.lt")
def _(moment: Moment) -> Condition:
    """Entities last seen before a point in time.

    >>> lastSeenTms.lt(now-3h)
    """
    return _seen("lastSeenTms", "<", moment)


@entity("lastSeenTms.lte")
def _(moment: Moment) -> Condition:
    """The same, or then.

    >>> lastSeenTms.lte(now)
    """
    return _seen("lastSeenTms", "<=", moment)


@entity("lastSeenTms.gt")
def _(moment: Moment) -> Condition:
    """Entities last seen after a point in time.

    >>> lastSeenTms.gt(now-30m)
    """
    return _seen("lastSeenTms", ">", moment)


@entity("lastSeenTms.gte")
def _(moment: Moment) -> Condition:
    """The same, or then.

    >>> lastSeenTms.gte(now-1d/d)
    """
    return _seen("lastSeenTms", ">=", moment)


# ---- relationships --------------------------------------------------------------------------------------------------


def _related(relationship: str, outgoing: bool, criteria: tuple[Condition, ...]) -> Condition:
    """Relationships are fields of the entity where they begin: `runsOn` is `runs_on`."""
    return Related(re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", relationship).lower(), outgoing, All(criteria))


@entity("fromRelationships.*")
def _(key: Key, *criteria: Inner) -> Condition:
    """Entities from which a relationship leads to an entity of the inner selector.

    >>> fromRelationships.runsOn(type("HOST"),entityName("web"))
    """
    return _related(key, True, criteria)


@entity("fromRelationship.*")
def _(key: Key, *criteria: Inner) -> Condition:
    """The same, as one published example writes it.

    >>> fromRelationship.isInstanceOf(type("PROCESS_GROUP"))
    """
    return _related(key, True, criteria)


@entity("toRelationships.*")
def _(key: Key, *criteria: Inner) -> Condition:
    """Entities to which a relationship leads from an entity of the inner selector.

    >>> toRelationships.runsOn(type("SERVICE"))
    """
    return _related(key, False, criteria)


@entity("toRelationship.*")
def _(key: Key, *criteria: Inner) -> Condition:
    """The same, without the `s`.

    >>> toRelationship.runsOn(type("SERVICE"))
    """
    return _related(key, False, criteria)


# ---- attributes -----------------------------------------------------------------------------------------------------


@entity("*.exists")
def _(key: Key) -> Condition:
    """Entities that have an attribute.

    >>> ipAddress.exists()
    """
    return Test(((key,),), "exists")


@entity("*")
def _(key: Key, *values: Text) -> Condition:
    """Entities with one of several values in an attribute.

    >>> healthState("HEALTHY")
    """
    return Test(((key,),), "in", values)
