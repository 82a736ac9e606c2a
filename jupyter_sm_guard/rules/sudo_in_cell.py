"""A command runs as root

## What it checks
`sudo`, `doas` and `su` in shell lines, shell cells and scripts, and in what Python code starts (by
`os`, `subprocess`, and the packages `invoke`, `fabric`, `sh`, `pexpect`) or gives to a shell.
Becoming another user than root (`sudo -u ec2-user`, as lifecycle scripts do) is fine. What a
Dockerfile says or a cell writes to a file runs elsewhere.

## Why it matters
Code that needs root works only where RootAccess is Enabled, which is what SageMaker.3 forbids; and
whoever can become root can read and change everything on the instance.

## How to fix
Do it without root: `%pip install` and `conda install` write to folders of your own. What really
needs root belongs into a lifecycle script, which always runs as root, whatever the setting says.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Severity
from ..shell import EXPLAINS, Command, Script, Word, is_dry
from . import Match, example, rule

_ROOT = ("root", "#0", "0")
_TAKING = ("-c", "--command", "-s", "--shell", "-g", "--group", "-w")
"""Options of `su` that something of theirs follows."""


def _shell(script: Script) -> Iterator[Match]:
    seen = set()
    for command in script.commands:
        for word in _to_root(command):
            if word.start not in seen:
                seen.add(word.start)
                message = f"{word.text} runs this as root, which SageMaker.3 takes from users"
                yield Match(word.start, word.end, message)


def _to_root(command: Command) -> Iterator[Word]:
    for wrapper in command.wrappers:
        if not {*EXPLAINS}.isdisjoint(word.text for word in wrapper.arguments):
            continue
        if wrapper.name in ("sudo", "doas") and (wrapper.value("-u", "--user") or "root") in _ROOT:
            yield wrapper.word
    if command.name == "su" and command.arguments and not is_dry(command):
        texts = command.texts()
        before = ["", *texts]
        users = [
            t for t, b in zip(texts, before, strict=False) if t[:1] != "-" and b not in _TAKING
        ]
        if not users or users[0] in _ROOT:
            yield command.program


RULE = rule(
    __doc__,
    name="sudo-in-cell",
    severity=Severity.HIGH,
    group="privilege",
    controls=("SageMaker.3",),
    triggers=("sudo", "doas", "su -", "su root", "su  ", "su\t", "'su'", '"su"'),
    written=False,
    shell=_shell,
    good=(
        "!echo 'no sudo here' pseudo",
        "# !sudo yum install git\nx = 'sudo'",
        "!sudo -u ec2-user -i whoami; sudo --version; su --help",
        "!su -c id ec2-user; su - ec2-user -c id",
        "%%writefile start.sh\nsudo service docker restart",
        "%%writefile Dockerfile\nFROM scratch\nRUN sudo apt-get install -y jq",
        "import fabric\nfabric.Connection('gpu-1.internal').run('sudo ls')\n"
        "fabric.Connection('gpu-1.internal').sudo('ls')\nfabric.Connection('gpu-1').local('ls')\n"
        "fabric.Connection('localhost', port=2222).run('sudo ls')  # a tunnel",
        "import os, sh\nos.execvp('echo', ['sudo', 'sudo'])\nos.execlp('echo', 'sudo', 'sudo')\n"
        "sh.echo('sudo')\nchain.sudo('x')",
        "import subprocess\nsubprocess.run(['cat'], input='sudo ls')\n"
        "subprocess.run(['bash', 'x.sh'], input='sudo')\n"
        "subprocess.run(['bash', '-c', 'cat'], input='sudo')",
        example("sudo -u ec2-user -i <<'EOF'\npip list\nEOF", file="on-start.sh"),
    ),
    bad=(
        "!«sudo» chown ec2-user data",
        "if not found:\n    ! «sudo» mkdir -p /data/{name}",
        " !«sudo» mkdir -p \\\n   /data",
        "%%bash\nset -e\ncd /tmp && «sudo» -E make install",
        "%%sh\n«sudo» bash -c 'echo 1 > /proc/sys/vm/drop_caches; sync'",
        "!ls | xargs «sudo» rm",
        "%%script --bg «sudo» bash\nmount /dev/nvme1n1 /data",
        "%%bash\n«su» - root -c 'id'",
        "%%bash\n«su»  - -c 'id'",
        "%%bash\n«su» -c 'systemctl restart jupyter-server'",
        "import subprocess\nsubprocess.run(['«su»', 'root', '-c', 'id'])",
        example("«sudo» mount /dev/nvme1n1 /data", file="prepare.sh"),
        "import os\nos.system('«sudo» systemctl restart docker')",
        "from invoke import Context, run\nrun('«sudo» ldconfig')\n«Context().sudo('ldconfig')»",
        "from fabric import Connection\nhere = Connection('localhost')\n"
        "here.local('«sudo» ls')\n«here.run('sudo ls')»\n«here.sudo('ls')»",
        "import sh\n«sh.sudo»('chown', 'x', folder)\n«sh.sudo.systemctl»('restart', 'docker')\n"
        "from sh import sudo\n«sudo»('ls')",
        "import os\nos.execvp('«sudo»', ['sudo', 'id'])\nos.execl('«/bin/sudo»', 'sudo', 'ls')\n"
        "os.spawnlp(os.P_WAIT, '«sudo»', 'sudo', 'ls')\n"
        "os.posix_spawn('«/usr/bin/sudo»', ['sudo', 'ls'], os.environ)",
        "import subprocess\n«subprocess.run('/bin/bash', input='sudo ldconfig\\n', text=True)»\n"
        "«subprocess.run(['bash', '-s'], input=b'sudo ldconfig')»\n"
        "subprocess.run('sudo_it | bash; sh', shell=True, input='«sudo» ls'.encode())",
    ),
)
