"""The collector's report in the panel: who checked, what a refresh is, and nothing without it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from faults.machine import KEYS
from jupyter import Host
from playwright.sync_api import Browser, expect
from screen import PATIENCE, THEMES, Stage, screen, serving

from jupyter_sm_guard.collected import FOLDER
from jupyter_sm_guard.demo.aws import EmbeddedAws

pytestmark = [pytest.mark.browser, pytest.mark.same_everywhere]


def collect(root: Path, url: str) -> None:
    """What root's timer runs, for the machine that `root` stands in for."""
    folder = root / FOLDER.lstrip("/")
    folder.mkdir(parents=True, exist_ok=True)
    command = Path(sys.executable).parent / "jupyter-sm-guard"
    where = ["--root", str(root), "--endpoint-url", url, "--folder", str(folder)]
    subprocess.run(
        [command, "collector", "run", *where], env={**os.environ, **KEYS}, check=True, umask=0o022
    )


def test_the_panel_says_who_checked_and_without_the_report_that_nothing_is_known(
    browser: Browser, host: Host, tmp_path: Path
) -> None:
    (tmp_path / "root").mkdir(mode=0o755)
    with EmbeddedAws() as aws, serving(host, tmp_path, aws, "non-compliant") as server:
        root = tmp_path / "root"
        collect(root, aws.url)
        stage = Stage(server, aws, "non-compliant")
        stage.check()
        stage.rest()
        with screen(browser, server) as seen:
            seen.open_panel()
            seen.expect_standing("failed")
            line = seen.panel.get_by_test_id("sm-guard-collector")
            expect(line).to_contain_text("Checked apart from Jupyter, by this instance")
            due = stage.latest["report"]["collector"]["next_at"]
            expect(line).to_contain_text(due[:16].replace("T", " "))
            expect(seen.panel).to_contain_text("Seen by the collector, shown by software running")
            for theme in THEMES:
                seen.choose_theme(theme)
                seen.picture(f"collector-{theme}")
                assert seen.accessibility_problems() == []
            (root / FOLDER.lstrip("/") / "report.json").unlink()
            seen.panel.get_by_test_id("sm-guard-refresh").click()
            seen.expect_standing("unknown")
            expect(line).to_have_count(0)
            expect(seen.panel).to_contain_text("has not reported", timeout=PATIENCE)
            assert seen.complaints == []
