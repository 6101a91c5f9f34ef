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
    "bareword_literal",
    "unbraced_group_list",
    "lookup_overwritten",
    "join_prefix_missing",
    "field_not_available",
    "name_needs_backticks",
    "duplicate_field",
    "constant_condition",
    "limit_before_aggregate",
    "limit_without_sort",
    "sampling_not_scaled",
    "array_versus_scalar",
    "wildcard_in_equality",
    "null_comparison",
    "percentile_range",
    "minute_month",
    "bad_pattern",
    "missing_timeframe",
    "missing_bucket",
    "unbounded_scan",
    "transform_in_filter",
    "late_filter",
    "text_scan",
    "early_sort",
    "or_chain",
    "high_cardinality_group",
    "too_many_buckets",
    "wide_result",
    "unused_computation",
    "unscoped_search",
    "repeated_scan",
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
