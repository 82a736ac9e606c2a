"""The requests that `aws sagemaker …` makes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..shell import UNKNOWN, Command, Script, Word, for_file
from ..values import Value, unknown
from .request import COMMANDS, Request, kebab


def in_shell(script: Script, written: Mapping[str, str] | None = None) -> Iterator[Request]:
    """The requests that `aws sagemaker …` makes. `written` is what others put into files, by their
    names."""
    files: Files = {name: _written(Word(text, 0, 0)) for name, text in (written or {}).items()}
    read = sum(word.text.count("file://") for c in script.commands for word in c.words)
    for command in script.commands:
        if command.name == "aws":
            request = _by_cli(command, files)
            if request is not None:
                yield request
        elif (put := for_file(command)) is not None:
            is_short = read * len(put[1].text) <= _MOST_READ
            files[put[0].text.removeprefix("./")] = _written(put[1]) if is_short else None


_MOST_READ = 2**20
"""Characters of a file, times the commands that read it: each reads all of it."""
Files = dict[str, str | None]
"""What the script has put into files so far, by their names."""


def _by_cli(command: Command, files: Files) -> Request | None:
    words = list(command.arguments)
    while words and words[0].text.startswith("--"):  # options of `aws` itself take a value
        del words[: 1 if words[0].text in _FLAGS or "=" in words[0].text else 2]
    if len(words) < 2 or words[0].text != "sagemaker" or words[1].text not in COMMANDS:
        return None
    texts = [word.text.partition("=")[0] for word in words[2:]]
    if texts[:1] == ["help"] or not _ASKS.isdisjoint(texts):
        return None
    operation = COMMANDS[words[1].text]
    entries, is_open = _options(words[2:], files)
    parameters = Value("dict", command.start, command.end, entries=entries, open=is_open)
    start = command.words[0].start
    return Request(operation, parameters, start, words[1].end, command.end, "shell")


_FLAGS = ("--debug", "--no-verify-ssl", "--no-paginate", "--no-sign-request", "--no-cli-pager",
          "--cli-auto-prompt", "--no-cli-auto-prompt")  # fmt: skip
_ASKS = frozenset(("--help", "--generate-cli-skeleton"))
"""With one of these no request is made."""
_CAMEL = {
    kebab(name): name
    for name in (
        "EnableNetworkIsolation",
        "DirectInternetAccess",
        "RootAccess",
        "SubnetId",
        "KmsKeyId",
        "PlatformIdentifier",
        "InstanceMetadataServiceConfiguration",
        "NetworkConfig",
        "VpcConfig",
        "PrimaryContainer",
        "Containers",
        "ProductionVariants",
        "JobResources",
        "ResourceConfig",
        "OutputDataConfig",
        "EnableInterContainerTrafficEncryption",
        "MonitoringScheduleConfig",
        "OnlineStoreConfig",
        "OfflineStoreConfig",
        "KmsKey",
        "DataStorageConfig",
        "AppNetworkAccessType",
        "SecurityConfig",
        "ProcessingResources",
        "ProcessingOutputConfig",
        "TransformOutput",
        "TransformResources",
        "Tags",
        "DomainSettings",
        "TrainingJobDefinition",
        "TrainingJobDefinitions",
        "AlgorithmSpecification",
        "DataCaptureConfig",
        "AsyncInferenceConfig",
        "DataQualityJobOutputConfig",
        "ModelBiasJobOutputConfig",
        "ModelExplainabilityJobOutputConfig",
        "ModelQualityJobOutputConfig",
    )
} | {"auto-ml-job-config": "AutoMLJobConfig", "home-efs-file-system-kms-key-id": "HomeEfs"}


def _options(words: list[Word], files: Files) -> tuple[dict[str, Value], bool]:
    entries: dict[str, Value] = {}
    is_open, index = False, 0
    while index < len(words):
        word = words[index]
        index += 1
        if not word.known or not word.text.startswith("--"):
            is_open = is_open or not word.known
            continue
        name, equals, _ = word.text[2:].partition("=")
        values = [_behind(word, len(name) + 3)] if equals else []
        while not equals and index < len(words) and not words[index].text.startswith("--"):
            values.append(words[index])
            index += 1
        if name == "cli-input-json":
            given = _cli_value(values, word, files)
            entries = {**given.entries, **entries} if given.kind == "dict" else entries
            is_open = is_open or given.kind != "dict" or given.open
        elif name == "cli-input-yaml":
            is_open = True
        elif name.startswith("no-") and name[3:] in _CAMEL and not values:
            entries[_CAMEL[name[3:]]] = _constant(False, word)
        elif name in _CAMEL:
            entries[_CAMEL[name]] = _cli_value(values, word, files)
    return entries, is_open


def _constant(constant: str | bool | int, word: Word) -> Value:
    return Value("constant", word.start, word.end, constant=constant)


def _behind(word: Word, index: int) -> Word:
    """The rest of a word, without quotes around it; without a length where it stands elsewhere."""
    start, end = word.place(index), word.place(len(word.text) - 1) + 1
    return replace(word, text=word.text[index:], start=start, end=end if word.runs else start)


def _in_file(address: Word, files: Files) -> Word | None:
    """What stands in the file behind `file://`, as far as it is written in the script."""
    text = files.get(address.text.removeprefix("file://").removeprefix("./"))
    return None if text is None else replace(address, text=text)


def _written(given: Word) -> str | None:
    """What is put into a file, the character UNKNOWN for each part that the shell puts in; None
    where that is not known."""
    if given.quoted:
        return given.text
    text = _PUT_IN.sub(_put_in, given.text)
    return None if "$(" in text else text


_PUT_IN = re.compile(r"\\([$`\\])|\$(?:\w+|\{[^}\n]*\}|\([^()\n]*\))|`[^`\n]*`")


def _put_in(found: re.Match[str]) -> str:
    """What a shell makes of an escape, or of a variable or command in a here-document."""
    return str(found[1] or UNKNOWN)


def _cli_value(values: list[Word], option: Word, files: Files) -> Value:
    """An option's value: JSON, the CLI's shorthand, a text; unknown as soon as part of it is."""
    if not values:
        return _constant(True, option)
    first = values[0]
    if first.text.startswith("file://"):
        first = _in_file(first, files) or first
    if first.text.lstrip()[:1] in ("{", "["):
        try:
            return _from_json(json.loads(first.text), first)
        except (ValueError, RecursionError):
            return unknown("is JSON that can't be read", first.start, first.end)
    if not all(word.known for word in values) or first.text.startswith(("file://", "fileb://")):
        return unknown(_PUT_IN_LATER, first.start, values[-1].end)
    if "=" in first.text:
        items = tuple(_shorthand(word) for word in values)
        return items[0] if len(items) == 1 else Value(
            "list", first.start, values[-1].end, items=items
        )  # fmt: skip
    if len(values) > 1:
        items = tuple(_constant(word.text, word) for word in values)
        return Value("list", first.start, values[-1].end, items=items)
    return _constant(first.text, first)


_PUT_IN_LATER = "is put in when the command runs"


def _from_json(content: object, word: Word) -> Value:
    """What JSON says, unknown the texts of which a part is; where in it is not known, so a constant
    has a place and no length."""
    if isinstance(content, dict):
        is_open = any(UNKNOWN in key for key in content)
        entries = {str(key): _from_json(value, word) for key, value in content.items()}
        return Value("dict", word.start, word.end, entries=entries, open=is_open)
    if isinstance(content, list):
        items = tuple(_from_json(value, word) for value in content)
        return Value("list", word.start, word.end, items=items, open=UNKNOWN in content)
    if isinstance(content, str) and UNKNOWN in content:
        return unknown(_PUT_IN_LATER, word.start, word.end)
    if content is None or isinstance(content, (str, bool, int)):
        return Value("constant", word.start, word.start, constant=content)
    return unknown("is a number with a point", word.start, word.end)


_SHORTHAND = re.compile(r"([^=,{}\[\]]*)([=,{}\[\]]|$)")
_WORDS = {"true": True, "false": False}


def _shorthand(word: Word) -> Value:
    """`A=1,B={C=true},D=[x,y]`, the CLI's short form of a structure."""
    value, _ = _structure(word, 0, 0)
    return value


def _structure(  # noqa: C901  # one scanner, one loop
    word: Word, position: int, depth: int
) -> tuple[Value, int]:
    entries: dict[str, Value] = {}
    text, key = word.text, ""
    while position < len(text) and depth < 10:
        match = _SHORTHAND.match(text, position)
        if match is None:
            break
        piece, mark = match[1], match[2]
        position = match.end()
        if mark == "=" and not key:
            key = piece
            if text[position : position + 1] == "{":
                entries[key], position = _structure(word, position + 1, depth + 1)
                key = ""
            elif text[position : position + 1] == "[":
                end = text.find("]", position)
                end = len(text) if end < 0 else end
                items = text[position + 1 : end].split(",")
                listed = tuple(_constant(item, word) for item in items if item)
                entries[key] = Value("list", word.start, word.end, items=listed)
                position, key = end + 1, ""
            continue
        if key:
            simple: str | bool | int = _WORDS.get(piece.lower(), piece)
            if isinstance(simple, str) and simple.isascii() and simple.isdigit():
                simple = int(simple[:9])
            entries[key] = _constant(simple, word)
            key = ""
        if mark == "}":
            break
        if mark == "":
            break
    return Value("dict", word.start, word.end, entries=entries), position
