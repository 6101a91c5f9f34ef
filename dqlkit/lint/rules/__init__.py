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
    "join_as_filter",
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
    "unused_ignore",
    "adql_syntax_error",
    "adql_group_by",
    "adql_clause_order",
    "adql_query_too_long",
    "adql_missing_space",
    "adql_operator_on_analyzed",
    "adql_range_on_string",
    "adql_uppercase_in_token_search",
    "adql_regexp_prefix",
    "adql_silent_top_10",
    "adql_limit_too_large",
    "adql_limit_arity",
    "adql_too_many_terms",
    "adql_since_in_series",
    "adql_approximate_distinct",
    "adql_value_behind_metric",
    "adql_having",
    "adql_order_by",
)


@cache
def rules(language: str = "") -> dict[str, Rule]:
    """The rules by code: all, or those of a language.

    For DQL the files for ADQL alone, which bear its name, are not imported: a linter starts often.
    """
    for name in NAMES:
        if language != "dql" or not name.startswith("adql_"):
            import_module(f"dqlkit.lint.rules.{name}")
    found = sorted(declared().items())
    return {code: rule for code, rule in found if not language or language in rule.languages}
