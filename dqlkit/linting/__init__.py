"""The linter: rules, and the hosts in which queries are kept."""
