"""TOML as the standard library reads it, or `tomli` on Python 3.10."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any


class NotToml(ValueError):
    """The text is not TOML; the message says where."""


def loads(text: str) -> Mapping[str, Any]:
    """The document. Raises NotToml."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib  # pyright: ignore[reportMissingImports]  # only where it is needed
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: a number with thousands of digits
        raise NotToml(f"is not TOML: {error}") from None
