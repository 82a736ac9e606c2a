"""The translations: complete, fresh, and with the same gaps to fill."""

from __future__ import annotations

import re
from pathlib import Path

import make_locale
import pytest

pytestmark = pytest.mark.unit

LOCALES = sorted(make_locale.SOURCES.glob("*.po"))


@pytest.fixture(scope="module")
def wanted() -> make_locale.Strings:
    return make_locale.strings()


def test_there_is_a_second_language() -> None:
    assert [path.stem for path in LOCALES] == ["de_DE"]


@pytest.mark.parametrize("path", LOCALES, ids=lambda path: path.stem)
def test_every_string_of_the_front_end_is_translated(
    path: Path, wanted: make_locale.Strings
) -> None:
    catalog = make_locale.read(path)
    assert path.read_bytes() == make_locale.updated(catalog, wanted), "run `make locale`"
    missing = [m.id for m in catalog if m.id and not all(forms(m.string))]
    assert missing == []
    built = make_locale.built(path).read_text(encoding="utf-8")
    assert built == make_locale.as_json(catalog), "run `make locale`"


@pytest.mark.parametrize("path", LOCALES, ids=lambda path: path.stem)
def test_what_is_filled_in_is_the_same_in_every_language(path: Path) -> None:
    for message in make_locale.read(path):
        if message.id:
            gaps = {gap for text in forms(message.id) for gap in re.findall(r"%\d", text)}
            for text in forms(message.string):
                # the singular may leave the number out
                found = set(re.findall(r"%\d", text))
                assert found == gaps or (message.pluralizable and found == gaps - {"%1"}), text
            assert "…" not in message.id or all("…" in text for text in forms(message.string))


def forms(text: object) -> tuple[str, ...]:
    """One string, or a plural's singular and plural."""
    return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]
