"""Positions: they match without taking a character."""

from __future__ import annotations

from dqlkit.languages.dpl.matchers.matcher import Request, special
from dqlkit.languages.dpl.program import Node, Place


@special("BOF", exports=None)
def bos(request: Request) -> Node:
    r"""The start of the text.

    >>> BOS LD:header EOL <- "name;age\nHomer;40"
    {"header": "name;age"}
    """
    return Place("the start", lambda text, at: at == 0, is_start=True)


@special("EOF", exports=None)
def eos(request: Request) -> Node:
    r"""The end of the text.

    >>> LD:line (EOL | EOS) <- "one"
    {"line": "one"}
    """
    return Place("the end", lambda text, at: at == len(text), r"\z")


@special("MOF", exports=None)
def mos(request: Request) -> Node:
    r"""Any position but the start of the text: with `parseAll`, to leave out a header.

    >>> DATA EOL MOS LD:line <- "name;age\nHomer;40"
    {"line": "Homer;40"}
    """
    return Place("the middle", lambda text, at: at > 0)
