"""What the declaration of a command may say, for type checkers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

__all__ = ["Options"]


class Options(TypedDict, total=False):
    """What a declaration may say beyond its signature and its body.

    - `name`: where it is not the body's; `order`: the canonical order of parameters where it is not that of the signature
    - `excludes`: pairs of parameters that may not stand together; `aliases`: other names of parameters in lower case
    - `experimental`
    - `known_as`: what other languages call it, in lower case, each with advice (empty where the name is all)
    - `akin`: commands of other languages that become this one when more is changed than the name, each with advice
    - `phrases`: whole stages and queries of other languages, each with what is written for it (see `phrases.py`)
    - `in_processors`: processors of OpenPipeline run it
    """

    name: str
    order: Sequence[str]
    excludes: tuple[tuple[str, str], ...]
    aliases: Mapping[str, str]
    experimental: bool
    known_as: Mapping[str, str]
    akin: Mapping[str, str]
    phrases: Mapping[str, str]
    in_processors: bool
