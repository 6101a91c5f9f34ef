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


def test_a_table_without_a_name_is_what_is_fetched_and_lookup_files_are_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("id,name\n1,one\n")
    query = 'fetch t | lookup [load "/lookups/names"], sourceField:id, lookupField:id | fieldsKeep lookup.name'
    assert dqlkit.query(query, {"": [{"id": 1}]}, folder=tmp_path).records == [{"lookup.name": "one"}]


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


def test_a_link_with_an_ending_leads_out_as_any_other(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "secret.json").write_text('[{"secret": 1}]')
    (inside / "link.json").symlink_to(tmp_path / "secret.json")
    (inside / "saved.parquet").symlink_to(tmp_path / "saved.parquet")
    (inside / "own.json").write_text('[{"open": 1}]')
    (inside / "alias.json").symlink_to(inside / "own.json")
    assert code('load "/lookups/link"', inside) == "R001"
    assert code('load "/lookups/link.json"', inside) == "R001"
    assert code('fetch t | experimentalSave "/lookups/saved", overwrite:true', inside) == "R020"
    assert not (tmp_path / "saved.parquet").exists()
    assert dqlkit.query('load "/lookups/alias"', {}, folder=inside).records == [{"open": "1"}]


def test_links_in_a_circle_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "circle.json").symlink_to(tmp_path / "circle.json")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    (tmp_path / "saved.parquet").symlink_to(tmp_path / "saved.parquet")
    assert code('load "/lookups/circle"', tmp_path) == "R001"
    assert code('load "/lookups/round/x"', tmp_path) == "R001"
    assert code('fetch t | experimentalSave "/lookups/saved", overwrite:true', tmp_path) == "R020"


@pytest.mark.parametrize("name", ["a\0b", "n" * 300, "d/" * 3000 + "x"], ids=["NUL", "long", "long path"])
def test_names_that_no_file_can_have(tmp_path: Path, name: str) -> None:
    written = name.replace("\0", "\\u0000")
    assert code(f'load "/lookups/{written}"', tmp_path) == ("E013" if "\0" in name else "R001")
    assert code(f'fetch t | experimentalSave "/lookups/{written}"', tmp_path) == "R020"


def test_below_a_file_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("[]")
    assert code('load "/lookups/file/x"', tmp_path) == "R001"
    assert code('fetch t | experimentalSave "/lookups/file/x"', tmp_path) == "R020"
