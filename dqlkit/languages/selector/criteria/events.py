"""Criteria of `eventSelector`, over events as `wire/events_v2.py` reads them."""

from __future__ import annotations

from dqlkit.languages.selector.condition import Condition, Not, Test
from dqlkit.languages.selector.criterion import Flag, Key, Status, Text, event

__all__ = ["event"]


@event("eventId")
def _(*ids: Text) -> Condition:
    """The event of an id.

    >>> eventId("5968217112404922567_1611511920000")
    """
    return Test((("eventId",),), "in", ids)


@event("entityId")
def _(*ids: Text) -> Condition:
    """Events of an entity.

    >>> entityId("HOST-1","HOST-2")
    """
    return Test((("entityId", "entityId", "id"), ("entityId", "id")), "in", ids)


@event("managementZoneId")
def _(*ids: Text) -> Condition:
    """Events in a management zone.

    >>> managementZoneId("42")
    """
    return Test((("managementZones", "id"),), "in", ids)


@event("correlationId")
def _(*ids: Text) -> Condition:
    """Events that one report made.

    >>> correlationId("16d6a4e3d06d6e3c")
    """
    return Test((("correlationId",),), "in", ids)


@event("status", once=True)
def _(value: Status) -> Condition:
    """Events that are open, or closed.

    >>> status("OPEN")
    """
    return Test((("status",),), "in", (value,))


@event("eventType", once=True)
def _(value: Text) -> Condition:
    """Events of one type.

    >>> eventType("CUSTOM_INFO")
    """
    return Test((("eventType",),), "in", (value,))


@event("property.*")
def _(key: Key, *values: Text) -> Condition:
    """Events with one of the values in a property, whose key may have dots.

    >>> property.dt.event.group_label("Availability event")
    """
    return Test(((key,), (f"properties.{key}",)), "in", values)


def _flag(name: str, value: bool) -> Condition:
    """Whether something that an event says of itself is so; what it does not say is not so."""
    is_so = Test(((name,),), "in", (True,))
    return is_so if value else Not(is_so)


@event("underMaintenance")
def _(value: Flag) -> Condition:
    """Events during maintenance.

    >>> underMaintenance(true)
    """
    return _flag("underMaintenance", value)


@event("suppressAlert")
def _(value: Flag) -> Condition:
    """Events that alert nobody.

    >>> suppressAlert(false)
    """
    return _flag("suppressAlert", value)


@event("suppressProblem")
def _(value: Flag) -> Condition:
    """Events that raise no problem.

    >>> suppressProblem(true)
    """
    return _flag("suppressProblem", value)


@event("frequentEvent")
def _(value: Flag) -> Condition:
    """Events that happen often.

    >>> frequentEvent(true)
    """
    return _flag("frequentEvent", value)
