"""Parts of reading that are compiled when dqlkit is installed, if there is a C compiler (`hatch_build.py`).

Each does what others do as well, only slower, and none is needed.
"""
