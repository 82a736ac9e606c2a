"""The guard in another language: nothing of ours stays English but what AWS and Python say."""

from __future__ import annotations

import json
from pathlib import Path

import make_locale
import pytest
from jupyter import Host
from playwright.sync_api import Browser, expect
from screen import PATIENCE, screen, serving

from jupyter_sm_guard.demo.aws import EmbeddedAws

pytestmark = [pytest.mark.browser, pytest.mark.same_everywhere]

LOCALE = "de_DE"
TEXTS = """selectors => {
  const texts = new Set();
  for (const root of document.querySelectorAll(selectors)) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) texts.add(walker.currentNode.textContent.trim());
    for (const node of [root, ...root.querySelectorAll('[title], [aria-label]')]) {
      for (const name of ['title', 'aria-label']) texts.add(node.getAttribute(name) ?? '');
    }
  }
  return [...texts];
}"""
OURS = ".jp-SmGuardPanel, .jp-SmGuardBanner, [data-testid^=sm-guard], .Toastify__toast"


def test_everything_of_ours_is_in_the_user_s_language(
    browser: Browser, host: Host, tmp_path: Path
) -> None:
    overrides = {"@jupyterlab/translation-extension:plugin": {"locale": LOCALE}}
    labconfig = tmp_path / "config" / "labconfig"
    labconfig.mkdir(parents=True)
    (labconfig / "default_setting_overrides.json").write_text(json.dumps(overrides))
    catalog = make_locale.read(make_locale.SOURCES / f"{LOCALE}.po")
    texts = [m for m in catalog if m.id and isinstance(m.id, str)]
    translated = {m.id: m.string for m in texts if m.id != m.string}
    with EmbeddedAws() as aws, serving(host, tmp_path, aws, "mixed", token="") as server:
        server.report()
        with screen(browser, server) as seen:
            expect(seen.page.locator(".jp-SmGuardBanner")).to_contain_text(
                translated["Dismiss"], timeout=PATIENCE
            )
            if host.has_status_bar:
                seen.status.click()
            else:
                seen.run(translated["Show SageMaker Guard"])
            row = seen.row("SageMaker.21").get_by_role("button").first
            row.click()
            expect(seen.panel).to_contain_text(translated["What it checks"])
            texts = set(seen.page.evaluate(TEXTS, OURS))
            assert {translated["What we saw"], translated["Why it matters"]} <= texts
            assert texts & set(translated) == set()
            seen.picture("language")
