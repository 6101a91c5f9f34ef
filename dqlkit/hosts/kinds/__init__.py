"""Kinds of documents that hold queries, one file each. A file in this folder is a kind."""
