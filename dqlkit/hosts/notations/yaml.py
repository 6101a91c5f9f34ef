"""YAML: documents of the platform as its command line writes them, settings, CloudFormation."""

from __future__ import annotations

from dqlkit.hosts.kind import queries, suspects
from dqlkit.hosts.notation import Looked, notation
from dqlkit.hosts.notations.json import json
from dqlkit.hosts.yaml_text import read_yaml

__all__ = ["yaml"]


@notation("YAML", endings=(".yaml", ".yml"))
def yaml(text: str, thorough: bool) -> Looked:
    """The queries of the documents in it. JSON is YAML too, and with templates in it JSON is read better."""
    kinds = suspects(text)
    if not kinds and not thorough:
        return Looked(skipped="nothing in it holds queries")
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        looked = json(text, thorough)
        if looked.problem is None:
            return looked
    root, problem = read_yaml(text)
    return Looked(tuple(queries(root, "", kinds)), problem)
