"""The rules, one file each. A file in this folder is a rule."""
