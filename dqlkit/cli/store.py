"""Look after the folder in which `dqlkit serve` keeps its events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from dqlkit.cli.arguments import Arguments, add_list, count
from dqlkit.cli.terminal import UsageError, say

if TYPE_CHECKING:
    import argparse

    from dqlkit.store.upkeep import Settled


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action", choices=tuple(_ACTIONS), help="; ".join(f"{n}: {a.__doc__}" for n, a in _ACTIONS.items())
    )
    parser.add_argument("store", metavar="DIR", help="the folder of the store")
    parser.add_argument(
        "out", nargs="?", metavar="OUT", help="for export: the folder to write one Parquet file per table into"
    )
    add_list(parser, "-t", "--table", metavar="NAME", help="only this table; may be given several times")
    parser.add_argument(
        "--hours",
        type=count,
        default=1,
        metavar="N",
        help="vacuum keeps files of the last N hours; default 1",
    )


def run(arguments: Arguments) -> int:
    from dqlkit.store import check_installed, is_store

    if not is_store(arguments.store):
        raise UsageError(f"{arguments.store} is no store: `dqlkit serve --store DIR` makes one")
    if (arguments.out is None) == (arguments.action == "export"):
        raise UsageError("export takes a folder to write into, and nothing else does: dqlkit store export DIR OUT")
    check_installed()
    _ACTIONS[arguments.action](arguments)
    return 0


def _compact(arguments: Arguments) -> None:
    """put small files together"""
    _work(arguments, "compact")


def _vacuum(arguments: Arguments) -> None:
    """delete files that nothing reads any more"""
    _work(arguments, "vacuum", arguments.hours)


def _export(arguments: Arguments) -> None:
    """write each table as one Parquet file, the server may run meanwhile"""
    from dqlkit.sources import write_frame
    from dqlkit.store.table import stored, table_of

    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    for name in _tables(arguments):
        table = table_of(Path(arguments.store), name)
        assert table is not None
        found = stored(table.folder)
        target = out / f"{table.folder.name}.parquet"
        write_frame(found.frame, target)
        say(f"{target}: {found.facts.rows} records")


def _tables(arguments: Arguments) -> Iterator[str]:
    from dqlkit.store.table import named

    there = named(Path(arguments.store))
    for name in arguments.table or there:
        if name not in there:
            raise UsageError(f"there is no table {name!r}; the store has {', '.join(there) or 'none'}")
        yield name


def _work(arguments: Arguments, work: str, *more: object) -> None:
    from dqlkit.store.store import Store

    names = [*_tables(arguments)]
    with Store(arguments.store) as store:
        for name in names:
            done: Settled | None = store.run(work, name, *more)
            say(f"{name}: {f'{done.files} files' if done else 'nothing to do'}")


_ACTIONS: dict[str, Callable[[Arguments], None]] = {"compact": _compact, "vacuum": _vacuum, "export": _export}
