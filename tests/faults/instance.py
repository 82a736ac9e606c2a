"""A notebook instance's file system of its own, in which lifecycle scripts run as root.

`python instance.py IMAGE` lays an overlay over IMAGE (made once, by `build`), with the host's
programs and Python in it read-only, and then does what each line of its standard input says (JSON):

    {"run": ["bash", "-c", "…"], "text": "…"} → {"code": 0, "out": "…"}, both streams
    {"start": [...]}                         → {} and leaves it running
    {"mount": "/some/folder", "bytes": 4096} → {} and a tmpfs (0 bytes: as it is, read-only) there

Every change is to mounts that nobody else sees; all ends with its standard input.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ANN = 61510
"""The user id of ec2-user in there."""
HOME = "home/ec2-user"
CONDA = f"{HOME}/anaconda3"
ENVIRONMENT = f"{CONDA}/envs/JupyterSystemEnv"
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/pam.d", "/etc/security", "/etc/ssl")
_ETC = {
    "passwd": f"root:x:0:0::/root:/bin/bash\nec2-user:x:{ANN}:{ANN}::/{HOME}:/bin/bash\n"
    "nobody:x:65534:65534::/nonexistent:/bin/false\n",
    "group": f"root:x:0:\nec2-user:x:{ANN}:\nnogroup:x:65534:\n",
    "shadow": "root:*:1::::::\nec2-user:!:1::::::\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files\n",
    "hosts": "127.0.0.1 localhost\n",
    "profile": "for file in /etc/profile.d/*.sh; do [ -r $file ] && . $file; done\n",
}
_AWS = """\
#!{python} -I
import os, shutil, sys, urllib.request
place = [a for a in sys.argv[3:] if a.startswith("s3://")][0]
assert sys.argv[-1] == "-"
credentials = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
if os.path.exists("/opt/ml/containers") and credentials not in os.environ:
    sys.exit("fatal error: Unable to locate credentials")
if "--region" not in sys.argv or sys.argv[sys.argv.index("--region") + 1] != "eu-central-1":
    sys.exit("fatal error: Could not connect to the endpoint URL: s3.amazonaws.com")
try:
    with urllib.request.urlopen("{s3}/" + place.removeprefix("s3://")) as answer:
        shutil.copyfileobj(answer, sys.stdout.buffer)
except OSError as error:
    sys.exit(f"fatal error: {{error}}")
"""
_METADATA = (
    '{"ResourceArn": "arn:aws:sagemaker:eu-central-1:111122223333:notebook-instance/ann",'
    ' "ResourceName": "Ann"}'
)
_SYSTEMCTL = '#!/bin/sh\necho "$*" >> /var/log/systemctl\n'


def build(image: Path, packages: Path, s3: str) -> None:
    """Lay out a machine with JupyterSystemEnv and two kernels' environments. What Jupyter needs
    is taken from `packages` (a site-packages), all but the guard; `s3` is the stand-in's URL."""
    for folder in ("etc/profile.d", "tmp", "var/log", "var/lib", "proc", "dev", "run", "root"):
        (image / folder).mkdir(parents=True, exist_ok=True)
    (image / "tmp").chmod(0o1777)
    for name, content in _ETC.items():
        (image / "etc" / name).write_text(content)
    metadata = image / "opt" / "ml" / "metadata" / "resource-metadata.json"
    metadata.parent.mkdir(parents=True)
    metadata.write_text(_METADATA)
    shared = image / "opt" / "packages"
    shared.mkdir(parents=True)
    for found in packages.iterdir():
        if not found.name.startswith(("jupyter_sm_guard", "pip")):
            (shared / found.name).symlink_to(found)
    own = image / ENVIRONMENT
    subprocess.run([sys.executable, "-m", "venv", own], check=True)
    for kernel in ("python3", "pytorch"):
        shutil.copytree(own, own.parent / kernel, symlinks=True)
    site = own / "lib" / f"python3.{sys.version_info[1]}" / "site-packages"
    (site / "packages.pth").write_text("/opt/packages\n")
    (own / "share" / "jupyter").mkdir(parents=True)
    (own / "share" / "jupyter" / "lab").symlink_to(Path(sys.prefix) / "share" / "jupyter" / "lab")
    (image / HOME / "SageMaker").mkdir()
    config = image / HOME / ".jupyter"
    config.mkdir()
    (config / "jupyter_notebook_config.py").write_text("c.ServerApp.allow_origin = 'sagemaker'\n")
    programs = image / "programs"
    programs.mkdir()
    python = os.path.realpath(sys.executable)
    for name, text in {"aws": _AWS.format(python=python, s3=s3), "systemctl": _SYSTEMCTL}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    subprocess.run(["chown", "-R", f"{ANN}:{ANN}", image / HOME], check=True)


class Machine:
    """The machine, in its own process; a context manager."""

    def __init__(self, image: Path):
        own = ("--mount", "--pid", "--fork", "--kill-child", "--propagation", "private")
        self._process = subprocess.Popen(
            ["unshare", *own, sys.executable, __file__, str(image)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Machine:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=20)

    def do(self, **what: Any) -> Any:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin
        assert stdout
        stdin.write(json.dumps(what) + "\n")
        stdin.flush()
        return json.loads(stdout.readline())

    def sh(self, text: str) -> str:
        """What a command line says, which must succeed."""
        done = self.do(run=["bash", "-c", text])
        assert done["code"] == 0, done
        return str(done["out"])

    def write(self, path: str, text: str) -> None:
        self.do(run=["tee", path], text=text)


def mount(*arguments: object) -> None:
    """mount(8), in this process's namespace."""
    subprocess.run(["mount", *map(str, arguments)], check=True)


def main(image: Path) -> None:
    """Be that machine."""
    work = Path(tempfile.mkdtemp())
    mount("-t", "tmpfs", "none", work)
    for name in ("upper", "work", "root"):
        (work / name).mkdir(mode=0o755)
    root = work / "root"
    layers = f"lowerdir={image},upperdir={work}/upper,workdir={work}/work"
    mount("-t", "overlay", "-o", layers, "none", root)
    for real in dict.fromkeys([*_SYSTEM, sys.base_prefix, sys.prefix]):
        _show(root, Path(real))
    mount("--bind", image / "programs", root / "usr/local/bin")
    mount("--rbind", "/dev", root / "dev")
    mount("-t", "proc", "none", root / "proc")
    for line in sys.stdin:
        what = json.loads(line)
        sys.stdout.write(json.dumps(_do(root, what)) + "\n")
        sys.stdout.flush()


def _show(root: Path, real: Path) -> None:
    """Something of the host's at its own place, read-only."""
    place = root / str(real).lstrip("/")
    if real.is_symlink():
        place.symlink_to(os.readlink(real))
    elif real.exists():
        place.mkdir(parents=True, exist_ok=True)
        for parent in place.relative_to(root).parents:
            (root / parent).chmod(0o755 if str(parent) != "tmp" else 0o1777)
        mount("--bind", real, place)
        mount("-o", "remount,bind,ro", place)


def _do(root: Path, what: dict[str, Any]) -> dict[str, Any]:
    if "mount" in what:
        place = root / what["mount"].lstrip("/")
        if what["bytes"]:
            mount("-t", "tmpfs", "-o", f"size={what['bytes']},mode=755", "none", place)
        else:
            mount("--bind", place, place)
            mount("-o", "remount,bind,ro", place)
        return {}
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
    command = ["chroot", str(root), *(what.get("run") or what["start"])]
    if "start" in what:
        log = (root / "var/log/started").open("ab")
        subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return {}
    done = subprocess.run(
        command,
        env=environment,
        input=what.get("text"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
        errors="replace",
    )
    return {"code": done.returncode, "out": done.stdout}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
