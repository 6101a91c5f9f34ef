"""From a plan as rich as the languages to the core of it, which engines know, over tables whose schemas are known."""

from __future__ import annotations

from dqlkit.plan.resolve.resolver import Resolver, resolve

__all__ = ["Resolver", "resolve"]
