"""The texts of documents as HTML in which nothing runs and nothing is loaded: other people wrote them."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from dqlkit.errors import missing_extra

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["html_of"]

_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "input": {"type", "checked", "disabled"},
    "code": {"class"},
    "td": {"align"},
    "th": {"align"},
    "ol": {"start"},
}


def html_of(text: str) -> str:
    """A text of Markdown as HTML. Pictures stay where they are part of the text; others become links."""
    nh3 = _nh3()
    clean: str = nh3.clean(
        _render()(text),
        tags=(nh3.ALLOWED_TAGS - {"map", "area"}) | {"input"},
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer",
    )
    return clean


def _kept(tag: str, name: str, value: str) -> str | None:
    """The value of an attribute; None drops it. Data is for pictures alone."""
    is_data = value.lstrip().lower().startswith("data:")
    if name == "src":
        return value if value.startswith("data:image/") else None
    if name == "type":
        return "checkbox"
    return None if name == "href" and is_data else value


@cache
def _render() -> Callable[[str], Any]:
    try:
        import mistune
    except ImportError:
        raise _missing("mistune") from None

    class Renderer(mistune.HTMLRenderer):
        def image(self, text: str, url: str, title: str | None = None) -> str:
            if url.startswith("data:image/"):
                return super().image(text, url, title)
            return f'<a href="{escape(url)}">{text or escape(url)}</a>'

    plugins = ["strikethrough", "table", "task_lists", "url"]
    return mistune.create_markdown(escape=False, renderer=Renderer(escape=False), plugins=plugins)


def _nh3() -> Any:
    try:
        import nh3
    except ImportError:
        raise _missing("nh3") from None
    return nh3


def _missing(package: str) -> Exception:
    return missing_extra("reports", "a report", package)
