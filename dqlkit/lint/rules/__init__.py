"""The rules, one file each; this list is their order in the documentation."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from dqlkit.lint.rule import Rule, declared

__all__ = ["NAMES", "rules"]

NAMES = (
    "syntax_error",
    "single_quoted_string",
    "assignment_in_condition",
    "foreign_operator",
    "foreign_command",
    "unknown_command",
    "unknown_function",
    "command_position",
    "unknown_parameter",
    "missing_parameter",
    "duplicate_or_conflicting_parameter",
    "positional_parameter",
    "parameter_value",
    "operator_type",
    "field_access_mode",
    "sort_keyword_misplaced",
    "fetch_metric",
    "aggregation_misplaced",
    "limit_without_sort",
    "canonical_case",
    "operator_case",
    "adjacent_filters",
    "negated_filter",
    "needless_negation",
    "brace_single_group",
    "unaliased_aggregate",
    "whitespace",
    "commented_out_stage",
    "empty_braces",
    "long_line",
    "classic_entity",
    "metric_series",
    "deprecated_or_experimental",
    "undefined_variable",
    "unused_variable",
    "multi_select_equality",
    "variable_arity",
    "variable_cycle",
    "chart_shape",
    "tile_structure",
    "openpipeline_command",
    "openpipeline_matcher",
    "detector_query",
    "slo_or_guardian_shape",
    "secret_in_query",
)


@cache
def rules() -> dict[str, Rule]:
    """All rules by code."""
    for name in NAMES:
        import_module(f"dqlkit.lint.rules.{name}")
    return dict(sorted(declared().items()))
