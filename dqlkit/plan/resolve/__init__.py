"""Resolving: turns a plan over tables with known schemas into a core plan, whose few operators engines know."""

from __future__ import annotations

from dqlkit.plan.resolve.resolver import Resolver, resolve

__all__ = ["Resolver", "resolve"]
