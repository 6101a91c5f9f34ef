"""The linter: rules, and the hosts in which queries are kept."""

from __future__ import annotations

from dqlkit.lint.linter import lint, picked, subject_of
from dqlkit.lint.rule import Rule
from dqlkit.lint.rules import rules
from dqlkit.lint.subject import Subject

__all__ = ["Rule", "Subject", "lint", "picked", "rules", "subject_of"]
