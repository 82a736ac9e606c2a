"""The repository: what is generated is fresh, locks name no host, documents tell the truth."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_sm_guard import catalog
from jupyter_sm_guard.demo.scenarios import SCENARIOS
from jupyter_sm_guard.explain import explain, overview
from jupyter_sm_guard.model import Reason, Status

HERE = Path(__file__).resolve().parent.parent
TRACKED = subprocess.run(
    ["git", "ls-files"], cwd=HERE, capture_output=True, text=True, check=True
).stdout.splitlines()
TEXTS = [HERE / name for name in TRACKED if not name.endswith((".png", ".svg", ".ico"))]


@pytest.mark.unit
def test_lock_files_name_no_host() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text())
    assert all("resolved" not in package for package in lock["packages"].values())
    assert "omit-lockfile-registry-resolved=true" in (HERE / ".npmrc").read_text()
    pins = (HERE / "constraints.txt").read_text().splitlines()
    assert pins
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", pin) for pin in pins)


@pytest.mark.unit
def test_every_package_of_the_lock_has_its_hash() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [n for n, e in packages.items() if not e.get("integrity") and not e.get("link")] == []


@pytest.mark.unit
def test_nothing_is_left_to_do_later() -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX|NotImplemented)\b")
    code = (".py", ".ts", ".tsx", ".sh", ".css")
    found = [
        f"{path.relative_to(HERE)}:{number}"
        for path in TEXTS
        if path.suffix in code and path.name != Path(__file__).name
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if words.search(line)
    ]
    assert found == []


@pytest.mark.unit
def test_pages_of_controls_are_fresh() -> None:
    folder = HERE / "docs" / "controls"
    pages = {
        f"{catalog.file_name(id)}.md": explain(control, "markdown", None)
        for id, control in catalog.controls().items()
    }
    pages["README.md"] = "# Controls\n\n" + overview(catalog.controls().values(), "markdown")
    assert sorted(path.name for path in folder.glob("*.md")) == sorted(pages)
    stale = [name for name, text in pages.items() if (folder / name).read_text() != text]
    assert stale == [], "run `make docs`"


@pytest.mark.unit
def test_the_readme_shows_the_two_commands_first_and_every_judged_control() -> None:
    readme = (HERE / "README.md").read_text()
    first_block = readme.split("```")[1]
    assert "make demo" in first_block
    assert "make test" in first_block
    for control in catalog.controls().values():
        if control.judge is not None and control.is_aws:
            assert f"| {control.id} |" in readme
            assert control.title in readme


@pytest.mark.unit
def test_the_page_on_evidence_has_every_source_and_every_control_of_our_own() -> None:
    page = (HERE / "docs" / "evidence.md").read_text()
    for control in catalog.controls().values():
        assert control.is_aws or f"| `{control.id}` |" in page, control.id
    for source in catalog.sources().values():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{source.name}` |"))
        asked = row.split("|")[4].strip()
        assert (asked == "always") == (not source.opt_in), source.name


@pytest.mark.unit
@pytest.mark.parametrize(
    "document",
    [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "CHANGELOG.md",
        "docs/user-guide.md",
        "docs/benchmarks.md",
    ],
)
def test_links_inside_the_repository_lead_somewhere(document: str) -> None:
    path = HERE / document
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text()):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (path.parent / target).exists(), target


@pytest.mark.unit
def test_the_user_guide_knows_every_status_reason_and_scenario() -> None:
    guide = (HERE / "docs" / "user-guide.md").read_text()
    for word in [*Status, *Reason]:
        assert f"`{word.value}`" in guide, word
    for name in SCENARIOS:
        assert f"`{name}`" in guide, name


@pytest.mark.unit
def test_the_examples_of_policies_are_valid() -> None:
    from jupyter_sm_guard.policy import Policy, parse

    guide = (HERE / "docs" / "policy.md").read_text()
    examples = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    assert examples
    for example in examples:
        assert parse(example.encode(), catalog.vocabulary()) != Policy()


def test_typescript_types_are_made_from_the_model(tmp_path: Path) -> None:
    banner = "/* Made from the Python model by `make wire`; do not edit. */"
    made = tmp_path / "wire.ts"
    subprocess.run(
        ["npx", "--no-install", "json2ts", "-i", "labextension/latest.schema.json",
         "--no-additionalProperties", "--bannerComment", banner, "-o", str(made)],
        cwd=HERE, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert (HERE / "labextension" / "src" / "wire.ts").read_text() == made.read_text()


def test_importing_the_package_loads_nothing_but_itself() -> None:
    script = (
        "import sys; before = set(sys.modules); import jupyter_sm_guard;"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "['__future__', 'jupyter_sm_guard']\n"
