"""Checks the configuration and the quantifier of an element against the declaration of its matcher."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.dpl.matchers.matcher import ENDLESS, Matcher, Option, Quantity
from dqlkit.languages.dpl.tree import MANY, Element, Setting

__all__ = ["Settings", "nearest"]

_TYPE_NAMES = {int: "a whole number", float: "a number", str: "a text", bool: "`true` or `false`"}


def nearest(name: str, candidates: Iterable[str]) -> str:
    """The candidate that a name was probably meant to be, or nothing."""
    found = get_close_matches(name, list(candidates), n=1, cutoff=0.6)
    return found[0] if found else ""


class Settings:
    """Reads settings; `report` takes a node, a message, a help and a fix."""

    def __init__(self, report: Callable[..., None]) -> None:
        self.report = report

    def options(
        self,
        element: Element,
        known: Mapping[str, Option],
        what: str,
        matcher: Matcher | None = None,
        extra: tuple[str, ...] = (),
    ) -> dict[str, Any]:
        """The options in force; python names, defaults included."""
        given: dict[str, tuple[Setting, Any]] = {}
        for setting in element.configuration:
            option = self._option(setting, element, known, what, matcher, extra)
            if option is None:
                continue
            if option.python in given:
                self.report(setting, f"expected `{option.name}` once, found it again", "Keep one.")
            elif setting.inner is not None or not option.accepts(setting.value):
                wanted = " or ".join(_TYPE_NAMES[kind] for kind in option.types[:1])
                self.report(setting, f"expected {wanted} for `{option.name}`")
            else:
                given[option.python] = setting, setting.value
        values = {name: given[name][1] if name in given else option.default for name, option in known.items()}
        wrong = matcher.wrong(values) if matcher else None
        if wrong is not None:
            self.report(given[wrong[0]][0] if wrong[0] in given else element, wrong[1])
        return values

    def _option(
        self,
        setting: Setting,
        element: Element,
        known: Mapping[str, Option],
        what: str,
        matcher: Matcher | None,
        extra: tuple[str, ...],
    ) -> Option | None:
        if setting.name is None:
            if matcher is not None and matcher.default:
                return known[matcher.default]
            self.report(setting, f"expected `option=value` for {what}")
            return None
        name = setting.name.name
        found = matcher.option(name) if matcher else known.get(name.lower())
        if found is None:
            names = [*(option.name for option in known.values()), *extra]
            guess = nearest(name, names)
            listed = ", ".join(f"`{n}`" for n in names)
            fix = Fix(f"write `{guess}`", (Edit(setting.name.span, guess),), safe=False) if guess else None
            fix = fix or _without(setting, element.configuration)
            help = f"Did the pattern mean `{guess}`?" if guess else ""
            message = f"expected one of {listed} for {what}" if names else f"expected no configuration for {what}"
            self.report(setting, f"{message}, found `{name}`", help, fix)
        return found

    def quantity(self, element: Element, quantity: Quantity | None, what: str, marks: bool = False) -> tuple[int, int]:
        """How often at least and at most."""
        written = element.quantifier
        if quantity is None:
            if written is not None and not (marks and written.mark):
                help = "Only `*` (may be missing) and `+` (must be there) can stand here." if marks else "Remove it."
                self.report(written, f"expected no quantifier for {what}", help)
            return 1, 1
        if written is None:
            if quantity.mandatory:
                self.report(element.atom, f"expected a quantifier for {what}", "Write `{1,}` behind the braces.")
            return quantity.least, quantity.most
        most = max(quantity.most, 4096) if written.most == MANY else written.most
        if most > quantity.limit:
            limit = f"expected at most {quantity.limit} for {what}, found {most}"
            self.report(written, limit, f"Write `{{{min(written.least, quantity.limit)},{quantity.limit}}}`.")
        return written.least, min(max(most, written.least), ENDLESS)


def _without(setting: Setting, configuration: Sequence[Setting]) -> Fix | None:
    """The fix that takes a setting away which is not the only one."""
    at = configuration.index(setting)
    if at > 0:
        span = Span(configuration[at - 1].end, setting.end)
    elif len(configuration) > 1:
        span = Span(setting.start, configuration[1].start)
    else:
        return None
    return Fix("remove it", (Edit(span, ""),), safe=False)
