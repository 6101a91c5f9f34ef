"""Queries answered as the AppDynamics Events API does."""

from __future__ import annotations

from dqlkit.wire.analytics import answer

__all__ = ["answer"]
