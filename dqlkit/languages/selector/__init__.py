"""Selectors: which events, or which entities, a call of the classic APIs means.

    text ─ parse → tree ─ bind → Condition ─ predicate → whether a record is meant

`eventSelector` and `entitySelector` are one language with different criteria (`criteria/events.py`,
`criteria/entities.py`). `select.events` and `select.entities` do all three steps.
"""
