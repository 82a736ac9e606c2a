"""A file comes from the internet, which this instance can't reach

## What it checks
`curl`, `wget` and `aria2c`, `requests.get` and the same of `httpx`, `aiohttp` and `urllib3`,
`urllib`, `wget.download`, `pandas.read_csv` and their like with a public address, and the download
commands of Hugging Face, Kaggle and Google, where the machine has no internet access. AWS's own
hosts, inner hosts and addresses that are put together at run time are no finding.

## Why it matters
On an instance with DirectInternetAccess Disabled the request waits for a time-out and fails. Data
that comes from outside without a checksum may be another one tomorrow.

## How to fix
Copy the file to an S3 bucket of yours once, and read it from there: S3 is reached through a VPC
endpoint.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..hosts import has_scheme, host_of, is_public
from ..model import Severity
from ..names import Call, PythonCell
from ..shell import Command, Script, read_arguments
from . import Match, example, rule

_NO_INTERNET = "this instance has no internet access, and this is fetched from"
_LETTERS = {"curl": "AbcCdDeEFHKmoPQrtTuUwxXyYz", "wget": "aABDeiIloOPQRtTUwX"}
_LONG = (
    *("--output", "--header", "--data", "--request", "--user-agent", "--referer", "--user"),
    *("--output-document", "--directory-prefix", "--post-data", "--proxy", "--form", "--cookie"),
    *("--max-time", "--retry", "--connect-timeout", "--write-out", "--data-binary", "--data-raw"),
    *("--cacert", "--capath", "--cert", "--cert-type", "--key", "--netrc-file", "--config"),
    *("--ca-certificate", "--ca-directory", "--certificate", "--private-key", "--load-cookies"),
)
_TOOLS = {
    "huggingface-cli": ("download", "huggingface.co"),
    "hf": ("download", "huggingface.co"),
    "kaggle": ("download", "kaggle.com"),
    "gsutil": ("cp", "storage.googleapis.com"),
    "gdown": ("", "drive.google.com"),
}
_VERBS = ("get", "post", "put", "head", "delete")
_CLIENTS = ("requests.Session()", "requests.session()", "httpx.Client()", "httpx.AsyncClient()",
            "aiohttp.ClientSession()")  # fmt: skip
_CALLS = {
    **{f"{of}.{name}": "url" for of in ("requests", "httpx", *_CLIENTS) for name in _VERBS},
    "urllib.request.urlopen": "url",
    "urllib.request.urlretrieve": "url",
    "wget.download": "url",
    "gdown.download": "url",
    "torch.hub.download_url_to_file": "url",
    "torch.hub.load_state_dict_from_url": "url",
    "torch.utils.model_zoo.load_url": "url",
    "torchvision.datasets.utils.download_url": "url",
    "torchvision.datasets.utils.download_and_extract_archive": "url",
    "PIL.Image.open": "fp",
    **{f"pandas.read_{name}": "filepath_or_buffer" for name in ("csv", "table", "fwf")},
    **{f"pandas.read_{name}": "path" for name in ("parquet", "feather", "orc")},
    **{f"pandas.read_{name}": "io" for name in ("excel", "html")},
    "pandas.read_json": "path_or_buf",
    **{f"polars.read_{name}": "source" for name in ("csv", "parquet", "json", "ndjson", "ipc")},
    **{f"polars.scan_{name}": "source" for name in ("csv", "parquet", "ndjson", "ipc")},
}
_BY_METHOD = frozenset(
    f"{of}.{name}"
    for of in ("requests", "httpx", "urllib3", "urllib3.PoolManager()", *_CLIENTS)
    for name in ("request", "stream")
)
"""Calls with the method in front of the address."""
_LAST = frozenset(name.rpartition(".")[2] for name in (*_CALLS, *_BY_METHOD))
_REQUEST = "urllib.request.Request"
_GET_FILE = frozenset(("get_file",))
_ORIGINS = ("tensorflow.keras.utils.get_file", "keras.utils.get_file")


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        if command.name in ("curl", "wget", "aria2c"):
            yield from _fetches(command)
        elif command.name in _TOOLS:
            verb, host = _TOOLS[command.name]
            words = command.texts()
            if (verb in words or not verb) and (command.name != "gsutil" or _from_bucket(words)):
                word = command.program
                yield Match(word.start, word.end, f"{_NO_INTERNET} {host}")


def _from_bucket(words: list[str]) -> bool:
    return any(word.startswith("gs://") for word in words)


def _fetches(command: Command) -> Iterator[Match]:
    arguments = read_arguments(command.arguments, _LETTERS.get(command.name, ""), _LONG)
    for word in arguments.plain:
        host = host_of(word.text)
        if is_public(host):
            yield Match(word.start, word.end, f"{_NO_INTERNET} {host}")


def _python(cell: PythonCell) -> Iterator[Match]:
    for call in cell.calls():
        place = _address(call)
        if place is not None:
            start, end, texts = place
            hosts = [host_of(text) for text in texts if has_scheme(text)]
            public = next((host for host in hosts if is_public(host)), None)
            if public is not None:
                yield Match(start, end, f"{_NO_INTERNET} {public}")


def _address(call: Call) -> tuple[int, int, list[str]] | None:
    """The place of the address that a call fetches, and those that it may be, as far as known."""
    what = call.name if call.may_be(_LAST) else None
    if what in _CALLS:
        name, position = _CALLS[what], 0
    elif call.may_be(_GET_FILE) and (call.name or "").endswith(_ORIGINS):
        name, position = "origin", 1
    elif what in _BY_METHOD:
        name, position = "url", 1
    else:
        return None
    value = call.argument(name, position)
    if value is not None and value.kind == "instance" and value.name == _REQUEST:
        made = value.entry("url") or next(iter(value.arguments), value)
        return value.start, value.end, [made.wording or ""]
    if value is None or value.text is not None or value.each:
        texts = [] if value is None else [one.wording or "" for one in value.every]
        return None if value is None else (value.start, value.end, texts)
    nodes = {keyword.arg: keyword.value for keyword in call.node.keywords}
    node = nodes.get(name) or (call.node.args[position] if len(call.node.args) > position else None)
    return None if node is None else (*call.cell.span(node), [_beginning(call.cell, node)])


def _beginning(cell: PythonCell, node: ast.expr) -> str:
    """The known beginning of a text that is put together, where it has a whole host in it."""
    if isinstance(node, ast.JoinedStr) and node.values:
        text = cell.value(node.values[0]).text or ""
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        text = cell.value(node.left).text or ""
    else:
        return ""
    return text if text.count("/") > 2 else ""


RULE = rule(
    __doc__,
    name="download-from-internet",
    severity=Severity.MEDIUM,
    group="egress",
    controls=("SageMaker.1",),
    triggers=("curl", "wget", "aria2c", "http://", "https://", *_TOOLS),
    posture=("no-internet",),
    written=False,
    shell=_shell,
    python=_python,
    good=(
        example("!curl -s http://localhost:8080/ping", posture=("no-internet",)),
        example("!wget https://bucket.s3.amazonaws.com/x.csv", posture=("no-internet",)),
        example(
            "!curl -O https://files.internal/x -H 'Referer: https://example.com'",
            posture=("no-internet",),
        ),
        example("!curl -O {url}", posture=("no-internet",)),
        example(
            "import pandas as pd\npd.read_csv('data.csv')\npd.read_csv('s3://b/x.csv')",
            posture=("no-internet",),
        ),
        example(
            "import requests\nrequests.get('http://10.1.2.3/x')\nrequests.get(url)",
            posture=("no-internet",),
        ),
        example("link = 'https://example.com/x'", posture=("no-internet",)),
        example(
            "import httpx, polars\nhttpx.stream('GET', 'https://files.internal/x')\n"
            "polars.read_csv('s3://b/x.csv')\nhttpx.Client(headers={'Referer': 'https://x.io'})\n"
            "with open('https://x.io') as c:\n    c.get('https://x.io')\n"
            "from urllib.request import Request, urlopen\nRequest('https://example.com')\n"
            "urlopen(Request('https://files.internal/x'))\nurlopen(Request(url))",
            posture=("no-internet",),
        ),
        "!wget https://example.com/x.csv",
        example(
            "!curl --cacert ca.pem --cert me.pem --key me.key https://x.corp.internal/a -o a",
            posture=("no-internet",),
        ),
    ),
    bad=(
        example("!curl -L -o x.zip «https://example.com/x.zip»", posture=("no-internet",)),
        example(
            "!wget -q «'https://example.com/x?format=tab'» -O raw.tsv", posture=("no-internet",)
        ),
        example(
            "%%bash\ncd data\nwget «https://raw.githubusercontent.com/o/r/x.py»",
            posture=("no-internet",),
        ),
        example(
            "URL = 'https://example.com/x.csv'\nimport pandas as pd",
            "pd.read_csv(«URL»)",
            posture=("no-internet",),
        ),
        example(
            "import urllib.request as u\nu.urlretrieve(«'https://example.com/x'», 'x')",
            posture=("no-internet",),
        ),
        example(
            "import requests\nrequests.get(«f'https://example.com/{name}'», timeout=9)\n"
            "requests.Session().get(«'https://example.com'»)\n"
            "requests.request('GET', «'https://example.com'»)\n"
            "requests.get(f'https://{host}/x')\nrequests.get(f'{base}/x')",
            posture=("no-internet",),
        ),
        example(
            "import aiohttp, httpx, urllib3\n"
            "with httpx.stream('GET', «'https://example.com/x'») as r:\n    pass\n"
            "httpx.Client().get(«'https://example.com/x'»)\nwith httpx.Client() as c:\n"
            "    c.get(«'https://example.com/x'»)\nasync with aiohttp.ClientSession() as s:\n"
            "    async with s.get(«'https://example.com/x'») as r:\n        pass\n"
            "urllib3.PoolManager().request('GET', «'https://example.com/x'»)",
            posture=("no-internet",),
        ),
        example(
            "from urllib.request import Request, urlopen\nimport polars as pl\n"
            "from torchvision.datasets.utils import download_url\n"
            "from torch.utils import model_zoo\n"
            "urlopen(«Request('https://example.com/x', headers=headers)»)\n"
            "pl.read_csv(«'https://example.com/x.csv'»)\n"
            "download_url(«'https://example.com/x'», '.')\n"
            "model_zoo.load_url(«'https://example.com/x'»)",
            posture=("no-internet",),
        ),
        example("!«huggingface-cli» download org/model", posture=("no-internet",)),
    ),
)
