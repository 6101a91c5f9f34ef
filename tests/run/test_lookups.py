"""Lookup files: read and written below one folder, never outside of it."""

from __future__ import annotations

from pathlib import Path

import pytest

import dqlkit

ROWS = [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}, {"id": "x", "name": "c"}]
SAVE = 'fetch t | experimentalSave "/lookups/hosts"'


def code(query: str, folder: Path | None) -> str:
    with pytest.raises(dqlkit.DqlkitError) as caught:
        dqlkit.query(query, {"t": ROWS}, folder=folder)
    return caught.value.diagnostics[0].code


def test_what_is_saved_can_be_loaded(tmp_path: Path) -> None:
    assert len(dqlkit.query(SAVE, {"t": ROWS}, folder=tmp_path).records) == 3
    loaded = dqlkit.query('load "/lookups/hosts", offset:1 | sort name', {}, folder=tmp_path)
    assert [(record["name"], record["id"]) for record in loaded.records] == [("b", "2"), ("c", "x")]
    assert [entry["mappings"]["id"]["type"] for entry in loaded.types] == ["long", "string"]
    assert code(SAVE, tmp_path) == "R020"
    dqlkit.query(SAVE + ", overwrite:true", {"t": ROWS}, folder=tmp_path)


def test_explaining_writes_nothing(tmp_path: Path) -> None:
    dqlkit.parse(SAVE).explain({"t": ROWS}, folder=tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["../outside", "a/../../outside", "link/inside"])
def test_no_way_out(tmp_path: Path, name: str) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "inside.json").write_text('[{"secret": 1}]')
    (tmp_path / "outside.json").write_text('[{"secret": 1}]')
    (inside / "link").symlink_to(outside)
    assert code(f'load "/lookups/{name}"', inside) == "R001"
    assert code(f'fetch t | experimentalSave "/lookups/{name}", overwrite:true', inside) == "R020"


def test_without_a_folder(tmp_path: Path) -> None:
    assert code('load "/lookups/hosts"', None) == "R001"
    assert code(SAVE, None) == "R020"
    assert dqlkit.query('load "/lookups/hosts"', {"/lookups/hosts": ROWS}).records[0]["id"] == "1"
