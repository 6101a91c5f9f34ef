"""The language server: what `editing` and `linting` say, over the protocol that editors speak.

`server.py` has the handlers, `files.py` the open files with their queries, `positions.py` lines and columns as the protocol
counts them, `answers.py` the answers in the protocol's words, `tables.py` what is known of configured tables. The
packages for editors are in `editors/`.
"""
