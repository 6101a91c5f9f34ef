"""Notations of files that hold queries, one file each. A file in this folder is a notation."""
