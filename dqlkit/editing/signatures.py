"""Signature help: the parameters of the call or command that is being written, and which of them the caret is at."""

from __future__ import annotations

from typing import NamedTuple

from dqlkit.editing.caret import Caret
from dqlkit.editing.describe import parameter, shown, signature, summary
from dqlkit.editing.draft import Draft
from dqlkit.editing.expected import owner_of
from dqlkit.functions import Function
from dqlkit.languages.syntax.tree import Call

__all__ = ["Help", "signature_help"]


class Help(NamedTuple):
    """A signature in one line with the parameters that are pieces of it, and the number of the one at the caret."""

    label: str
    documentation: str
    parameters: tuple[str, ...]
    active: int | None


def signature_help(draft: Draft, offset: int) -> Help | None:
    """Help for the innermost call, or the command, around an offset."""
    caret = Caret(draft, offset)
    if caret.in_comment or not caret.path:
        return None
    return _adql(caret) if draft.language == "adql" else _dql(caret)


def _dql(caret: Caret) -> Help | None:
    owner = owner_of(caret.path)
    if owner is None or owner.declared is None:
        return None
    declared = owner.declared
    written = [one for one in declared.signature.parameters if one.kind.role != "names"]
    active = next((n for n, one in enumerate(written) if one is owner.parameter), None)
    if isinstance(declared, Function):
        pieces = tuple(map(parameter, written))
        return Help(f"{declared.name}({', '.join(pieces)})", summary(declared), pieces, active)
    return Help(signature(declared), summary(declared), tuple(shown(declared.signature)), active)


def _adql(caret: Caret) -> Help | None:
    from dqlkit.languages.adql.functions import find

    call = next((node for node in reversed(caret.path) if isinstance(node, Call)), None)
    declared = find(call.function.name) if call else None
    if call is None or declared is None or caret.start < call.function.end:
        return None
    position = next((n for n, argument in enumerate(call.arguments) if argument in caret.path), None)
    names = tuple(piece.strip() for piece in declared.shown.partition("(")[2].rstrip(")").split(","))
    active = None if position is None else min(position, len(names) - 1)
    return Help(declared.shown, summary(declared), names, active)
