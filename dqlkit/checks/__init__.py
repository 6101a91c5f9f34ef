"""Queries under test and under review: query tests (`*.dqltest.yaml`), and what differs between two queries.

`files.py` reads test files, `runner.py` runs a test, `expectations.py` compares what came with what was expected,
`update.py` writes expectations, `making.py` makes up records for a query; `difference.py` compares queries, `documents.py`
the queries of files.
"""
