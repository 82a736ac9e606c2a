"""Commands that change nothing, because an option says so."""

from __future__ import annotations

from .commands import Command
from .options import read_arguments

_DRY = {
    "apt": ("-s", "--dry-run", "--simulate", "--just-print", "--no-act", "--recon"),
    "aptitude": ("-s", "--simulate"),
    "yum": ("--assumeno",),
    "zypper": ("-D", "--dry-run"),
    "apk": ("-s", "--simulate"),
    "rpm": ("--test",),
    "dpkg": ("--dry-run", "--no-act", "--simulate"),
}
"""Options with which a package manager installs nothing."""
_DRY.update({"apt-get": _DRY["apt"], "dnf": _DRY["yum"], "microdnf": _DRY["yum"]})
EXPLAINS = ("--help", "--version")


def is_dry(command: Command) -> bool:
    """Whether a command only says what it would do, or what it is."""
    texts = command.texts()
    if command.name == "chroot":  # what follows the folder is another command's
        texts = texts[:1]
    if not {*EXPLAINS}.isdisjoint(texts):
        return True
    dry = _DRY.get(command.name)
    options = read_arguments(command.arguments, "oct").options if dry else ()
    return any(option.name in dry for option in options if dry)
