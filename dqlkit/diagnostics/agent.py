"""The envelope in which agents get answers: what kind of result it is, the result, and what to do next.

The shape is that of dtctl's agent mode, so that one reader serves both: `{"ok", "envelope_version", "result": {"kind", …},
"context": {"total", "warnings", "suggestions"}}`, and for what fails `{"ok": false, "error": {"code", "message", …}}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["answer", "failure"]

_VERSION = 1


def answer(
    kind: str,
    result: Mapping[str, object],
    total: int,
    warnings: Sequence[str] = (),
    suggestions: Sequence[str] = (),
) -> str:
    """A result: `total` is of how many things it tells."""
    context = {"total": total, "warnings": list(warnings), "suggestions": list(suggestions)}
    return _written({"ok": True, "envelope_version": _VERSION, "result": {"kind": kind, **result}, "context": context})


def failure(code: str, message: str, suggestions: Sequence[str] = ()) -> str:
    """Why there is no result. `code` is stable: `usage` for wrong words of the command line."""
    error = {"code": code, "message": message, "suggestions": list(suggestions)}
    return _written({"ok": False, "envelope_version": _VERSION, "error": error})


def _written(content: Mapping[str, object]) -> str:
    import json  # a start that writes no JSON has no use for it

    return json.dumps(content, indent=2, ensure_ascii=False)
