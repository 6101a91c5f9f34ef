"""The linter: rules, settings, suppressions, fixes, and the run over files."""
