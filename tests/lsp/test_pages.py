"""What the page for editors says is run by the editors, where they are installed: findings of the server arrive."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

PAGE = files("dqlkit").joinpath("docs", "editors.md").read_text("utf-8")
TILE = "fetch logs, from:-2h\n| summarize count(), by: level, size"

#: Tells the findings of each file that is named, once there are some.
NEOVIM = """
for _, name in ipairs(vim.fn.argv()) do
  vim.cmd.edit(name)
  vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 20)
  for _, found in ipairs(vim.diagnostic.get(0)) do io.stdout:write(name .. " " .. found.code .. "\\n") end
end
vim.cmd("qa!")
"""
#: The same. Emacs 28 has no mode of its own for JSON; without a screen nothing starts a server by itself, and a machine may
#: be too busy for the three seconds that a server has to start.
EMACS = """
(unless (fboundp 'js-json-mode)
  (define-derived-mode js-json-mode js-mode "JSON")
  (add-to-list 'auto-mode-alist '("\\\\.json\\\\'" . js-json-mode)))
(require 'eglot)
(setq eglot-sync-connect 60 eglot-connect-timeout 60)
(dolist (name (prog1 command-line-args-left (setq command-line-args-left nil)))
  (find-file name)
  (run-hooks 'post-command-hook)
  (unless (eglot-current-server) (call-interactively 'eglot))
  (let ((end (+ (float-time) 60)))
    (while (and (< (float-time) end) (not (flymake-diagnostics)))
      (accept-process-output nil 0.02)
      (flymake-start)))
  (dolist (found (flymake-diagnostics))
    (princ (format "%s %s\\n" (file-name-nondirectory name)
                   (replace-regexp-in-string ".*\\\\[\\\\(.*\\\\)\\\\].*" "\\\\1" (flymake-diagnostic-text found))))))
"""


def block(language: str, with_text: str) -> str:
    """The block of code of the page that holds a text."""
    found = re.findall(rf"```{language}\n(.*?)```", PAGE, re.S)
    return next(str(one) for one in found if with_text in one)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "dqlkit.toml").write_text("")
    (tmp_path / "a.dql").write_text("fetch logs, from:-2h\n| filter level = 1\n")
    (tmp_path / "b.adql").write_text("SELEC x FROM logs\n")
    tile = {"title": "🎉", "type": "data", "query": TILE}
    (tmp_path / "board.json").write_text(json.dumps({"variables": [], "tiles": {"1": tile}}))
    return tmp_path


def told(folder: Path, *command: str) -> set[str]:
    """What an editor prints of the findings in the files; the server is that of this environment."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    names = ("a.dql", "b.adql", "board.json")
    environment = {**os.environ, "PATH": path, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    done = subprocess.run(
        [*command, *names], cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    return set(done.stdout.split("\n")) or {done.stderr}


FOUND = {"a.dql E003", "b.adql A001", "board.json B002"}


def test_neovim_shows_findings(project: Path) -> None:
    said = _said("nvim", "--version")
    version = re.match(r"NVIM v(\d+)\.(\d+)", said)
    if version is None or (int(version[1]), int(version[2])) < (0, 11):
        pytest.skip("Neovim 0.11 is not installed")
    (project / "init.lua").write_text(block("lua", "vim.lsp.config"))
    (project / "see.lua").write_text(NEOVIM)
    assert told(project, "nvim", "--headless", "-u", "init.lua", "-c", "luafile see.lua") >= FOUND


def test_emacs_shows_findings(project: Path) -> None:
    if "yes" not in _said("emacs", "--batch", "--eval", '(when (require \'eglot nil t) (princ "yes"))'):
        pytest.skip("Emacs with Eglot is not installed")
    (project / "init.el").write_text(block("elisp", "eglot-server-programs"))
    (project / "see.el").write_text(EMACS)
    assert told(project, "emacs", "--batch", "-l", "init.el", "-l", "see.el") >= FOUND


def _said(*command: str) -> str:
    """What a program prints; nothing where it is not installed."""
    if shutil.which(command[0]) is None:
        return ""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def test_the_settings_of_helix_name_one_server() -> None:
    """Helix is not run; its settings can be read, and every language asks for the server that they declare."""
    settings = tomllib.loads(block("toml", "[language-server.dqlkit]") + block("toml", "vscode-json-language-server"))
    assert list(settings["language-server"]) == ["dqlkit"]
    assert all("dqlkit" in language["language-servers"] for language in settings["language"])
