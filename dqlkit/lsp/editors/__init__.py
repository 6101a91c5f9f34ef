"""The packages for editors: `vscode/` is an extension; `textmate.py` writes its grammars for colours."""
