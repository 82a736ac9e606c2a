"""The admin's side: a bundle, a script that installs it when an instance starts, and that script
put into a lifecycle configuration.

Limits are SageMaker's: API reference, NotebookInstanceLifecycleHook and "Customize a SageMaker
notebook instance using an LCC script".
"""

MOST_CONTENT = 16384
"""Characters of base64 that a lifecycle hook takes."""

MOST_BYTES = MOST_CONTENT // 4 * 3
"""Bytes of script that become no more than that: 12288."""

MOST_SECONDS = 300
"""After that the instance counts as failed to start."""

MARK = "# jupyter-sm-guard lifecycle script."
"""How the second line of our script begins, by which it is known again."""

LAST = 'main "${1-}"'
"""Its last line."""


def is_ours(script: str) -> bool:
    """Whether it is our script and nothing else: to one that somebody has added theirs to, before
    or after, we would do harm."""
    return script.startswith(f"#!/bin/bash\n{MARK}") and script.endswith(f"\n{LAST}\n")
