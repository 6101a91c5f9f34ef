"""Signature help: the parameters of the call or command that is being written, and which of them the caret is at."""

from __future__ import annotations

from typing import NamedTuple

from dqlkit.editing.caret import Caret
from dqlkit.editing.describe import pieces, signature, summary
from dqlkit.editing.draft import Draft
from dqlkit.editing.expected import owner_of
from dqlkit.languages.syntax.tree import Call

__all__ = ["Help", "signature_help"]


class Help(NamedTuple):
    """A signature in one line with the parameters that are pieces of it, the number of the one at the caret, and what each
    takes where the signature does not say it."""

    label: str
    documentation: str
    parameters: tuple[str, ...]
    active: int | None
    takes: tuple[str, ...] = ()


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
    written = pieces(owner.declared)
    active = next((n for n, one in enumerate(written) if one.parameter is owner.parameter), None)
    shown, takes = tuple(one.shown for one in written), tuple(one.takes for one in written)
    return Help(signature(owner.declared), summary(owner.declared), shown, active, takes)


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
