"""Compiles the linter: with mypyc the modules that linting a query runs through become C, and lint 1.7 times as fast.

    DQLKIT_NATIVE=1 pip install .

takes some minutes and a C compiler. Answers are the same: `make native` runs all tests on a compiled copy.

mypyc compiles classes with attributes of fixed places, but knows no `frozen` and no `cached_property` of ours, which
make methods when a program runs. So classes are written out first (`classes.py`): a copy of the modules, with each
method that `frozen` would make, is what is compiled (`build.py`). In the wheel a compiled module stands beside its source,
and comes first.
"""
