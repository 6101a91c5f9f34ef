"""Row by row in plain Python: slow, obvious, and the measure of every other engine."""

from __future__ import annotations

from dqlkit.engines.reference.interpreter import Interpreter
from dqlkit.plan.evaluate import evaluate

__all__ = ["Interpreter", "evaluate"]
