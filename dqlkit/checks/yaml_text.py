"""YAML as it is meant in test files: texts stay texts, and every mapping knows its line.

Points in time, `yes` and `on` are texts, and `1e-9` is a number, as YAML 1.2 has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

import yaml

__all__ = ["Lined", "dumped", "parsed"]


class Lined(dict[str, Any]):
    """A mapping of a document, with the line on which it begins, and the lines of its keys."""

    line = 1
    lines: ClassVar[Mapping[str, int]] = {}

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)


class _Loader(yaml.SafeLoader):
    """Reads what YAML 1.2 calls the core schema."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML keeps it on the class


_RESOLVED = {
    "null": (r"(?:~|null|Null|NULL|)", ["~", "n", "N", ""]),
    "bool": (r"(?:true|True|TRUE|false|False|FALSE)", list("tTfF")),
    "int": (r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)", list("-+0123456789")),
    "float": (
        r"(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))",
        list("-+0123456789."),
    ),
}
for _name, (_pattern, _first) in _RESOLVED.items():
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(f"^{_pattern}$"), _first)


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Lined:
    loader.flatten_mapping(node)
    made = Lined()
    lines = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            key = key_node.value
        if key in made:
            raise yaml.constructor.ConstructorError(None, None, f"the key `{key}` is there twice", key_node.start_mark)
        made[key] = loader.construct_object(value_node, deep=True)
        lines[key] = key_node.start_mark.line + 1
    made.line, made.lines = node.start_mark.line + 1, lines  # type: ignore[misc]
    return made


def _float(loader: _Loader, node: yaml.ScalarNode) -> float:
    text = str(node.value).lower().replace(".inf", "inf").replace(".nan", "nan")
    return float(text)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:float", _float)


def parsed(text: str) -> Any:
    """The content of a document. Raises `yaml.YAMLError` with the place where it is wrong."""
    return yaml.load(text, _Loader)


class _Dumper(yaml.SafeDumper):
    """Quotes what the loader would take for something else than a text."""

    yaml_implicit_resolvers = _Loader.yaml_implicit_resolvers

    def ignore_aliases(self, data: object) -> bool:
        return True


_Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text))


def dumped(value: object, flow: bool) -> str:
    """A value as YAML: on one line, or as a block."""
    text = yaml.dump(value, Dumper=_Dumper, default_flow_style=flow, width=10_000, allow_unicode=True, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...").rstrip("\n")
