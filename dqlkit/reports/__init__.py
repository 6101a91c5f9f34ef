"""Notebooks and dashboards of the platform, run over local tables and written as one page.

file ──► document (`reading.py`, `kinds/`) ──► report: each section's answer or error (`run.py`)
                                                   └──► a page of HTML (`page.py`), or Markdown (`text.py`)
"""

from __future__ import annotations

from dqlkit.reports.document import Document, Section, Variable
from dqlkit.reports.reading import read_document
from dqlkit.reports.run import Outcome, Report, run

__all__ = ["Document", "Outcome", "Report", "Section", "Variable", "read_document", "run"]
