"""Runs queries: options, sessions, limits, worker processes."""
