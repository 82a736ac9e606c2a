"""Python packages come from the internet, which this instance can't reach

## What it checks
`pip`, `uv`, `pipx`, `poetry`, `pipenv` and `pdm` installing from PyPI or another public index, or
from a public URL or repository, where the machine has no internet access. An index of one's own
(`--index-url`, PIP_INDEX_URL), hosts inside the network and local files are fine.

## Why it matters
On an instance with DirectInternetAccess Disabled the command waits for a time-out and fails. Where
it does succeed, code that nobody looked at comes in from outside.

## How to fix
Use a package repository inside the network, such as AWS CodeArtifact: `aws codeartifact login
--tool pip …`, or `%pip install --index-url https://packages.internal/simple NAME`. Or install from
a folder of wheels: `--no-index --find-links`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..hosts import has_scheme, host_of, is_public, is_well_known
from ..model import Severity
from ..shell import UNKNOWN, Arguments, Command, Script, Word, read_arguments
from . import Match, example, rule

_VERBS = ("install", "download", "wheel", "add", "sync", "lock", "run")
_LONG = (
    *("--index-url", "--extra-index-url", "--find-links", "--requirement", "--constraint"),
    *("--editable", "--target", "--root", "--prefix", "--src", "--trusted-host", "--proxy"),
    *("--timeout", "--retries", "--cert", "--platform", "--python-version", "--abi", "--python"),
    *("--upgrade-strategy", "--no-binary", "--only-binary", "--log", "--default-index", "--index"),
    *(
        "--implementation",
        "--progress-bar",
        "--report",
        "--index-strategy",
        "--cache-dir",
        "--dest",
    ),
)
_OWN_INDEX = ("PIP_INDEX_URL=", "UV_INDEX_URL=", "UV_DEFAULT_INDEX=", "PIP_NO_INDEX=")
_CONFIGURED = (
    *("PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "global.index-url", "PIP_CONFIG_FILE"),
    *("pip.conf", "PIP_NO_INDEX", "codeartifact login"),
    *("'codeartifact', 'login'", '"codeartifact", "login"'),
)
"""Where one stands, packages may come from another index than the usual one."""
_NO_INTERNET = "this instance has no internet access"


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        verb = _verb(command)
        if verb is not None:
            yield from _judge(command, verb)


def _verb(command: Command) -> Word | None:
    """The word that makes it an installation; None for anything else."""
    name, words = command.name, command.arguments
    if name == "uv" and words and words[0].text == "pip":
        words = words[1:]
    elif name in ("uv", "poetry", "pipenv", "pdm"):
        verbs = ("add", "sync", "lock") if name == "uv" else ("add", "sync", "lock", "install")
        words = words if words and words[0].text in verbs else ()
    elif name not in ("pip", "pipx") and not name.startswith(("pip2", "pip3")):
        return None
    word = next((word for word in words if not word.text.startswith("-")), None)
    return word if word is not None and word.text in _VERBS else None


def _judge(command: Command, verb: Word) -> Iterator[Match]:
    start, end = command.program.start, verb.end
    words = [word for word in command.arguments if word.start > verb.start]
    arguments = read_arguments(words, "rceift", _LONG)
    found = _source(command, arguments)
    if found == "":
        yield Match(start, end, f"where {command.name} installs from is not known", unknown=True)
    elif found is not None:
        yield Match(start, end, f"{_NO_INTERNET}, and {command.name} asks {found}")


def _source(command: Command, arguments: Arguments) -> str | None:
    """The public place that packages come from; None where there is none, "" where unknown."""
    given = [word.text for word in arguments.plain]
    given += [o.text or "" for o in arguments.options if o.name in ("-e", "--editable")]
    for text in given:
        url = text.rpartition(" @ ")[2]
        if has_scheme(url) and is_public(host_of(url)):
            return host_of(url)
    if any(word.text.startswith(_OWN_INDEX) for word in command.assignments):
        return None
    names = {option.name for option in arguments.options}
    if names & {"--no-index", "--offline", "--help", "-h"}:
        return None
    index = arguments.option("-i", "--index-url", "--default-index")
    if index is not None:
        text = index.text or ""
        host = host_of(text)
        return "" if UNKNOWN in text and host is None else host if is_well_known(host) else None
    own = [url for url in (text.rpartition(" @ ")[2] for text in given) if has_scheme(url)]
    paths = {word.text for word in arguments.plain if _PATHS.search(" ".join(word.names))}
    packages = [t for t in given if not _is_local(t) and t.rpartition(" @ ")[2] not in own]
    if paths and paths.issuperset(packages):
        return ""
    lists = arguments.option("-r", "--requirement")
    if lists is None and given and not packages:
        return "" if any(UNKNOWN in url and host_of(url) is None for url in own) else None
    return "pypi.org" if packages or lists is not None or not given else None


_PATHS = re.compile(r"(?i)whe?e?l|path|glob|dist|file|folder|local")
"""In the name of what a variable holds: it may be no package's name."""


def _is_local(text: str) -> bool:
    return (
        text in (".", "..")
        or text.startswith(("./", "../", "/", "~", ".[", "file:"))
        or (text.endswith((".whl", ".tar.gz", ".zip")) and not has_scheme(text))
    )


RULE = rule(
    __doc__,
    name="pip-from-internet",
    severity=Severity.MEDIUM,
    group="egress",
    controls=("SageMaker.1",),
    triggers=(
        "pip ",
        "pip2",
        "pip3",
        "pipx",
        "'pip'",
        '"pip"',
        "pip.main",
        "pip._",
        "uv ",
        "poetry ",
        "pipenv ",
        "pdm ",
    ),
    posture=("no-internet",),
    unless=_CONFIGURED,
    written=False,
    shell=_shell,
    good=(
        example(
            "%env PIP_INDEX_URL=https://nexus.example.com/simple",
            "!pip install x",
            posture=("no-internet",),
        ),
        example(
            "!pip config set global.index-url https://nexus.example.com/simple\n%pip install x",
            posture=("no-internet",),
        ),
        example(
            "!aws codeartifact login --tool pip --domain acme --domain-owner 111122223333 "
            "--repository ml",
            "%pip install pandas==2.1.0",
            posture=("no-internet",),
        ),
        example(
            "!pip list; pip freeze; pip --version; pip install --help", posture=("no-internet",)
        ),
        example(
            "%pip install --index-url https://packages.internal/simple x",
            posture=("no-internet",),
        ),
        example(
            "!PIP_INDEX_URL=https://nexus.example.com/simple pip install x",
            posture=("no-internet",),
        ),
        example("!pip install --no-index --find-links wheels x", posture=("no-internet",)),
        example("!pip install ./package dist/x-1.0-py3-none-any.whl", posture=("no-internet",)),
        example(
            "!pip install https://nexus.corp.internal/a-1.0-py3-none-any.whl "
            "git+https://git.corp.internal/x.git 'b @ https://b.s3.eu-west-1.amazonaws.com/b.whl'\n"
            "!pip install https://{host}/a-1.0-py3-none-any.whl",
            posture=("no-internet",),
        ),
        example("# If the upgrade fails, try: %pip install x", posture=("no-internet",)),
        example(
            "%%writefile train.py\nimport os\nos.system('pip install x')", posture=("no-internet",)
        ),
        example("%%writefile Dockerfile\nFROM x\nRUN pip install y", posture=("no-internet",)),
        "!pip install boto3",
        example("!poetry --version && poetry run python x.py", posture=("no-internet",)),
        example(
            "!pip install {wheel}\n%pip install {' '.join(wheels)}\n!pip install $WHL_PATH",
            posture=("no-internet",),
        ),
    ),
    bad=(
        example("!«poetry add» pandas", posture=("no-internet",)),
        example("%«pip install» -q boto3", posture=("no-internet",)),
        example("!«pip install» --upgrade 'sagemaker>=2' {extra}", posture=("no-internet",)),
        example("!{sys.executable} -m «pip install» -r requirements.txt", posture=("no-internet",)),
        example("!«uv pip install» --index-strategy x y", posture=("no-internet",)),
        example("!«pip install» git+https://github.com/org/x.git", posture=("no-internet",)),
        example("%%bash\n«pip3 install» -i https://pypi.org/simple x", posture=("no-internet",)),
        example("«pip install» x", posture=("no-internet",)),
        example("!«pip install» {package}", posture=("no-internet",)),
        example(
            "%«pip install» {' '.join(packages)} -q\n!«pip install» {\" \".join(packages)}",
            posture=("no-internet",),
        ),
        example(
            "!«pip install» https://nexus.corp.internal/a-1.0-py3-none-any.whl pandas",
            posture=("no-internet",),
        ),
        example(
            "import subprocess, sys\n"
            "subprocess.check_call([sys.executable, '-m', '«pip', 'install»', package, 'x'])",
            posture=("no-internet",),
        ),
        example("import pip\n«pip.main(['install»', package])", posture=("no-internet",)),
    ),
)
