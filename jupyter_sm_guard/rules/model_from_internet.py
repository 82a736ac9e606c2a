"""A model or dataset comes from a public hub, which this instance can't reach

## What it checks
`from_pretrained`, `load_dataset`, `snapshot_download` and `hf_hub_download` of Hugging Face's
libraries, `torch.hub.load`, `nltk.download` and `spacy download` with the name of a public model or
dataset, where the machine has no internet access.
Folders, files and `local_files_only=True` are fine. Where the notebook speaks of HF_HUB_OFFLINE,
TRANSFORMERS_OFFLINE, HF_DATASETS_OFFLINE or HF_ENDPOINT, where models come from is not known.

## Why it matters
On an instance with DirectInternetAccess Disabled the download waits for a time-out and fails.

## How to fix
Copy the model to S3 once, from where there is internet, and load it from a local copy of that; or
deploy it with SageMaker JumpStart, whose models lie in S3."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Severity
from ..names import Call, PythonCell
from ..shell import Script
from . import Match, example, rule

_NO_INTERNET = "this instance has no internet access, and this is fetched from"
_LIBRARIES = ("transformers.", "diffusers.", "peft.", "sentence_transformers.", "datasets.")
_HUB = {
    "huggingface_hub.snapshot_download": "repo_id",
    "huggingface_hub.hf_hub_download": "repo_id",
    "datasets.load_dataset": "path",
    "sentence_transformers.SentenceTransformer": "model_name_or_path",
    "transformers.pipeline": "model",
    "torch.hub.load": "repo_or_dir",
    "nltk.download": "info_or_id",
    "spacy.cli.download": "model",
    "tensorflow_datasets.load": "name",
    "tensorflow_hub.load": "handle",
    "tensorflow_hub.KerasLayer": "handle",
}
_FORMATS = frozenset(
    ("json", "csv", "parquet", "text", "arrow", "pandas", "imagefolder", "audiofolder", "generator")
)


def _python(cell: PythonCell) -> Iterator[Match]:
    for call in cell.calls():
        if _fetches(call):
            yield Match(call.start, call.name_end, f"{_NO_INTERNET} where scikit-learn has it")
        name = _argument(call)
        if name is None:
            continue
        value = call.argument(name, 1 if call.name == "transformers.pipeline" else 0)
        source = call.keywords.get("source") if call.name == "torch.hub.load" else None
        if source is not None and source.text != "github":
            continue
        offline = call.keywords.get("local_files_only")
        if offline is not None and not offline.is_constant(False):
            continue
        texts = [] if value is None else [one.text or "" for one in value.every]
        if call.name == "torch.hub.load":
            texts = [text.partition(":")[0] for text in texts]  # pytorch/vision:v0.10.0
        if value is not None and any(map(_is_public, texts)):
            yield Match(value.start, value.end, f"{_NO_INTERNET} {_host(call)}")


def _shell(script: Script) -> Iterator[Match]:
    """`python -m spacy download NAME`."""
    for command in script.commands:
        words = command.arguments
        is_download = command.name == "spacy" and words and words[0].text == "download"
        if is_download and any(_is_public(word.text) for word in words[1:]):
            message = f"{_NO_INTERNET} github.com"
            yield Match(command.program.start, words[0].end, message)


def _fetches(call: Call) -> bool:
    """`sklearn.datasets.fetch_…`, which says nothing of where."""
    return (call.name or "").startswith("sklearn.datasets.fetch_")


def _host(call: Call) -> str:
    """Where a call fetches from."""
    hosts = {"torch": "github.com", "nltk": "nltk.org", "spacy": "github.com"}
    package = (call.name or "").partition(".")[0]
    return "tfhub.dev" if "tensorflow" in package else hosts.get(package, "huggingface.co")


def _argument(call: Call) -> str | None:
    """The name of the argument that says what is fetched; None for other calls."""
    if call.name is None:
        return None
    if call.method == "from_pretrained" and call.name.startswith(_LIBRARIES):
        return "pretrained_model_name_or_path"
    return _HUB.get(call.name)


def _is_public(text: str) -> bool:
    """Whether a name is a hub's (`name`, `org/name`) and no folder's or format's."""
    if text.startswith("https://tfhub.dev/"):
        return True
    plain = text.replace("/", "", 1).replace("-", "").replace("_", "").replace(".", "")
    return plain.isalnum() and not text.startswith((".", "/")) and text not in _FORMATS


RULE = rule(
    __doc__,
    name="model-from-internet",
    severity=Severity.MEDIUM,
    group="egress",
    controls=("SageMaker.1",),
    confidence="likely",
    triggers=(
        "from_pretrained",
        "snapshot_download",
        "hf_hub_download",
        "load_dataset",
        "SentenceTransformer",
        *(
            "pipeline(",
            "fetch_",
            "hub.load",
            "torch.hub",
            "nltk",
            "spacy",
            "tensorflow_datasets",
            "tensorflow_hub",
        ),
    ),
    posture=("no-internet",),
    unless=("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE", "HF_ENDPOINT"),
    written=False,
    python=_python,
    shell=_shell,
    good=(
        example(
            "import torch\ntorch.hub.load('./vision', 'resnet18', source='local')\n"
            "!python -m spacy download ./en_core_web_sm.whl && spacy info",
            posture=("no-internet",),
        ),
        example(
            "from transformers import AutoModel\nAutoModel.from_pretrained('./model')\n"
            "AutoModel.from_pretrained('/opt/ml/model')\nAutoModel.from_pretrained(path)\n"
            "AutoModel.from_pretrained('org/name', local_files_only=True)",
            posture=("no-internet",),
        ),
        example(
            "from datasets import load_dataset\nload_dataset('json', data_files=files)",
            posture=("no-internet",),
        ),
        "from transformers import AutoModel\nAutoModel.from_pretrained('org/name')",
        example(
            "import os\nos.environ['HF_HUB_OFFLINE'] = '1'",
            "from transformers import AutoModel\nAutoModel.from_pretrained('org/name')",
            posture=("no-internet",),
        ),
        example(
            "%env HF_ENDPOINT=https://hub.example.internal",
            "from transformers import AutoModel\nAutoModel.from_pretrained('org/name')",
            posture=("no-internet",),
        ),
    ),
    bad=(
        example(
            "from transformers import AutoModel as M\nM.from_pretrained(«'org/name-7b'»)",
            posture=("no-internet",),
        ),
        example(
            "import datasets\nNAME = 'samsum'",
            "datasets.load_dataset(«NAME», split='train')",
            posture=("no-internet",),
        ),
        example(
            "from sklearn.datasets import fetch_openml\n«fetch_openml»('x')\n"
            "from transformers import pipeline\npipeline('fill-mask', model=«'org/name'»)",
            posture=("no-internet",),
        ),
        example(
            "import nltk\nfor name in ('punkt', 'stopwords'):\n    nltk.download(«name»)",
            "import torch, nltk\ntorch.hub.load(«'pytorch/vision'», 'x')\nnltk.download(«'punkt'»)",
            posture=("no-internet",),
        ),
        example(
            "from torch.hub import load\nload(«'pytorch/vision'», 'x')",
            posture=("no-internet",),
        ),
        example(
            "import torch\ntorch.hub.load(«'pytorch/vision:v0.10.0'», 'resnet18')",
            "!python -m «spacy download» en_core_web_sm",
            "import spacy.cli\nspacy.cli.download(«'en_core_web_sm'»)",
            posture=("no-internet",),
        ),
        example(
            "from huggingface_hub import snapshot_download\nsnapshot_download(repo_id=«'o/n'»)",
            posture=("no-internet",),
        ),
    ),
)
