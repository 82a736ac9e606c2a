"""What an admin decided, as one frozen object: /etc/jupyter-sm-guard/policy.toml, then the files of
/etc/jupyter-sm-guard/policy.d by name, each laid over those before it.

docs/policy.md is the reference, `schemas/policy.schema.json` the same for editors. A policy with
any mistake, or one that others than root can write, is not used at all: the last good one applies,
else the built-in one, which turns nothing off; and the report's integrity says so.
"""

from __future__ import annotations

from .decisions import Grant, Jobs, Lint, Policy, Scope, Vocabulary
from .files import FOLDER, LAST_GOOD, MORE, PATH, load
from .reading import PolicyError, parse

__all__ = (
    "FOLDER",
    "LAST_GOOD",
    "MORE",
    "PATH",
    "Grant",
    "Jobs",
    "Lint",
    "Policy",
    "PolicyError",
    "Scope",
    "Vocabulary",
    "load",
    "parse",
)
