"""What is known of the tables that a project configures: their fields, shares and frequent values.

`tables` of the settings, or of the editor, name files. They are read by `dqlkit inspect` in a process of its own: the
server stays small, and editing goes on while a large export is looked at.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dqlkit.editing import Known
from dqlkit.frozen import field, mutable
from dqlkit.linting.schema import schema_for, schema_of
from dqlkit.linting.settings import Settings, SettingsError
from dqlkit.plan.schema import Schema

__all__ = ["Tables"]


@mutable(slots=False)
class _Table:
    schema: Schema
    shares: Mapping[str, float]
    values: Mapping[str, Sequence[Any]]


@mutable(slots=False)
class Tables:
    """The tables by name. `told` is called once more is known, `warn` with what is wrong with one."""

    told: Callable[[], None]
    warn: Callable[[str], None]
    files: dict[str, str] = field(default_factory=dict)
    read: dict[str, _Table] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    running: set[asyncio.Task[None]] = field(default_factory=set)
    root: str = "."

    def configure(self, options: Any, root: str) -> None:
        """Take the tables that the editor names: `{"tables": {"logs": "exports/logs.ndjson"}}`."""
        self.root = root or self.root
        given = options.get("dqlkit", options) if isinstance(options, dict) else {}
        tables = given.get("tables") if isinstance(given, dict) else None
        if isinstance(tables, dict):
            self.files = {str(name): str(Path(self.root, str(path))) for name, path in tables.items()}

    def forget(self) -> None:
        """Look at the files again when they are next asked for."""
        self.asked.clear()

    def warm(self) -> None:
        """Load what completion needs, so that the first one is as quick as the others."""
        from dqlkit.editing import Draft, complete

        threading.Thread(target=lambda: complete(Draft("fetch logs | filter "), 20), daemon=True).start()

    def known(self, settings: Settings) -> Known:
        """What is known for files with these settings: schema files, and what the exports that are configured hold."""
        files = {name: str(Path(settings.root, path)) for name, path in settings.tables.items()} | self.files
        for path in files.values():
            self._ask(path)
        read = {name: self.read[path] for name, path in files.items() if path in self.read}
        try:
            declared = schema_for(settings)
        except SettingsError:
            declared = {}
        return Known(
            {**{name: table.schema for name, table in read.items()}, **declared},
            {name: table.shares for name, table in read.items()},
            lambda table, name: read[table].values.get(name, ()) if table in read else (),
        )

    def _ask(self, path: str) -> None:
        """Have a file looked at, once. Addresses are left alone: nothing that opens a file may reach out."""
        if path in self.asked or "://" in path:
            return
        self.asked.add(path)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        task = loop.create_task(self._inspect(path))
        self.running.add(task)  # the loop itself holds it only loosely
        task.add_done_callback(self.running.discard)

    async def _inspect(self, path: str) -> None:
        words = (sys.executable, "-m", "dqlkit", "inspect", "--values", "-o", "json", "--", path)
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(*words, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe)
        output, said = await child.communicate()
        lines = output.decode("utf-8", "replace").splitlines()
        if child.returncode or not lines:
            self.warn(said.decode("utf-8", "replace").strip() or f"{path} cannot be read")
            return
        fields = json.loads(lines[0])["fields"]
        schema = schema_of({one["name"]: one["type"] for one in fields})
        shares = {one["name"]: one["share"] for one in fields}
        self.read[path] = _Table(schema, shares, {one["name"]: one.get("values", ()) for one in fields})
        self.told()
