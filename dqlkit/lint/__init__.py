"""The linter: rules, and the hosts in which queries are kept."""

from __future__ import annotations

from dqlkit.lint.linter import chosen, lint, subject_of
from dqlkit.lint.rule import Rule
from dqlkit.lint.rules import rules
from dqlkit.lint.subject import Subject

__all__ = ["Rule", "Subject", "chosen", "lint", "rules", "subject_of"]
