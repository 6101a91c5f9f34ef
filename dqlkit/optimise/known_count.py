"""How many records a table has is not counted where the table knows it.

Before:

    fetch logs | summarize n = count()

After:

    Records rows=[{n: 1000}]
"""
