"""What of the user's must not reach a demo: their AWS configuration, and a Jupyter around us."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager

_AWS = ("AWS_", "MOTO_")
_JUPYTER = ("JUPYTER", "JPY_", "IPYTHON")


def variables() -> dict[str, str]:
    """This process's environment variables without those of AWS and Jupyter."""
    return {k: v for k, v in os.environ.items() if not k.startswith((*_AWS, *_JUPYTER))}


@contextmanager
def without_aws() -> Generator[None, None, None]:
    """Meanwhile moto, which asks botocore, finds no profile and no file that it could stumble on.

    Changes `os.environ` of this process, and puts it back.
    """
    taken = {name: os.environ.pop(name) for name in [*os.environ] if name.startswith(_AWS)}
    put = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    os.environ.update(put)
    try:
        yield
    finally:
        for name in put:
            os.environ.pop(name, None)
        os.environ.update(taken)
