"""Completion of command lines, in real shells: what the Tab key makes of a line."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from shutil import which

import pexpect
import pytest

from dqlkit.cli import main

CASES = [
    ("dqlkit inspe", "dqlkit inspect "),
    ("dqlkit lint --statis", "dqlkit lint --statistics "),
    ("dqlkit query -o mark", "dqlkit query -o markdown "),
    ("dqlkit query x ord", "dqlkit query x orders.ndjson "),
    ("dqlkit lint --select E001 ord", "dqlkit lint --select E001 orders.ndjson "),
    ("dqlkit commands summ", "dqlkit commands summarize "),
    ("dqlkit functions countDistinctA", "dqlkit functions countDistinctApprox "),
    ("dqlkit rule R09", "dqlkit rule R090 "),
]
START = {
    "bash": (["--norc", "--noprofile", "-i"], 'eval "$(cat script)"'),
    "zsh": (["-f", "-i"], 'autoload -U compinit; compinit -u; eval "$(cat script)"'),
}


def needs(shell: str) -> str:
    found = which(shell)
    if found is None:
        pytest.skip(f"there is no {shell} here")
    return found


def script(shell: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    (folder / "script").write_text(capsys.readouterr().out)
    (folder / "orders.ndjson").touch()


@pytest.mark.parametrize("shell", START)
def test_tab_completes(shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = needs(shell)
    script(shell, tmp_path, capsys)
    words, setup = START[shell]
    environment = {"PATH": "/usr/bin:/bin", "TERM": "dumb", "HOME": str(tmp_path), "PS1": "> "}
    terminal = pexpect.spawn(
        path, words, cwd=str(tmp_path), env=environment, encoding="utf-8", timeout=20, dimensions=(40, 200)
    )
    terminal.sendline(f"{setup}; echo rea''dy")
    terminal.expect("ready\r?\n")
    for written, completed in CASES:
        terminal.send(written + "\t")
        terminal.expect_exact(completed)
        terminal.send("\x15")  # which clears the line
    terminal.close(force=True)


def test_fish_completes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fish = needs("fish")
    script("fish", tmp_path, capsys)
    asked = "; ".join(f"complete -C '{written}' | head -1" for written, _ in CASES)
    command = [fish, "--no-config", "-c", f"source script; {asked}"]
    done = subprocess.run(command, cwd=tmp_path, env={"HOME": str(tmp_path)}, capture_output=True, text=True)
    found = [re.split(r"\s", line)[0] for line in done.stdout.splitlines()]
    assert found == [completed.split()[-1] for _, completed in CASES]
