"""The guard's own simulated AWS, in a process of its own, told what to do line by line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

APART = Path(__file__).parent / "apart"


class Apart:
    """A script of `apart/` that answers each line of JSON with one; a context manager.

    `-I` keeps the current folder from being imported, so the script uses the installed package.
    """

    def __init__(self, script: str, *arguments: str, environment: dict[str, str] | None = None):
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(APART / script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )

    def __enter__(self) -> Apart:
        return self

    def __exit__(self, *_: object) -> None:
        _pipe(self._process.stdin).close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        _pipe(self._process.stdout).close()

    def ask(self, **question: Any) -> Any:
        """Its answer. Raises RuntimeError when it has ended."""
        stdin, stdout = _pipe(self._process.stdin), _pipe(self._process.stdout)
        stdin.write(json.dumps(question).encode() + b"\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            raise RuntimeError("a process of the benchmark has ended")
        return json.loads(line)


class SimulatedAws(Apart):
    """SageMaker on loopback with one notebook instance, whose files lie under `root`."""

    def __init__(self, root: Path):
        super().__init__("simulated_aws.py", str(root))
        self.root = root
        about = self.ask()
        self.url: str = about["url"]
        self.instance: str = about["instance"]
        self.region: str = about["region"]
        self.credentials: dict[str, str] = about["credentials"]

    def hang(self, hanging: bool) -> None:
        """Leave DescribeNotebookInstance unanswered, or answer it as AWS does."""
        self.ask(hang=hanging)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("the process was started without pipes")
    return pipe
