"""The plan: what a query means. No text and no language is in it; engines, translation and rules work on it."""
