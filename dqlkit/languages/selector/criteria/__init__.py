"""The criteria of selectors, one file for each kind of record that they choose."""

from __future__ import annotations

from dqlkit.languages.selector.criteria.entities import entity
from dqlkit.languages.selector.criteria.events import event

__all__ = ["entity", "event"]
