"""The row-by-row engine in plain Python: slow, obvious, and the oracle that every other engine is tested against."""

from __future__ import annotations

from dqlkit.engines.reference.interpreter import Interpreter
from dqlkit.plan.evaluate import evaluate

__all__ = ["Interpreter", "evaluate"]
