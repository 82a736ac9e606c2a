"""Credentials that commands are given: as options, variables and headers, on standard input."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .credentials import (
    HEADERS,
    KEYWORDS,
    in_form,
    in_secret,
    is_credential,
    is_given,
    is_named,
    is_named_credential,
    is_secret_name,
    is_set,
)
from .shell import Command, Script, Word, read_arguments


def in_commands(script: Script) -> Iterator[tuple[Word, int]]:
    """The words with credentials that a script's commands are given, and where what they say
    ends."""
    for command in script.commands:
        for word, password in _options(command):
            if is_named_credential("password", password):
                yield word, word.end
        for word, name, value in _headers(command):
            if is_named(name, value):
                yield word, word.end
        for word in (*_given_by_option(command), *_on_standard_input(command)):
            if word.known and word.literal:
                yield word, word.end
        yield from _in_command(command)


def _given_by_option(command: Command) -> Iterator[Word]:
    """Words of options that are called as a credential, whatever the command, and of those that a
    few commands have."""
    own = _tests(command)
    before = ""
    for word in command.arguments:
        option, _, value = word.text.partition("=")
        if not option.startswith("--") or not value:
            option, value = before, word.text
        before = word.text if word.text.startswith("-") else ""
        is_any = option.startswith("--") and is_given(option[2:], value)
        if is_any or (option in own and own[option](value)):
            yield word


def _tests(command: Command) -> dict[str, Callable[[str], bool]]:
    """What tells whether a command's own options are given a credential."""
    if command.name == "aws":
        is_secure = "SecureString" in command.texts()
        return {"--secret-string": in_secret, **({"--value": in_secret} if is_secure else {})}
    if command.name == "kubectl":
        return {"--from-literal": _is_pair}
    return dict.fromkeys(_FORMS, in_form) if command.name == "curl" else {}


_FORMS = ("-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--json")


def _is_pair(text: str) -> bool:
    name, _, value = text.partition("=")
    return is_set(name.replace("-", "_"), value)


def _on_standard_input(command: Command) -> Iterator[Word]:
    """The password that `docker login --password-stdin` reads from `echo`."""
    if "--password-stdin" not in command.texts():
        return
    given = [r.target for r in command.redirections if r.operator == "<<<"]
    if command.reads is not None and command.reads.name in ("echo", "printf"):
        given += command.reads.arguments[-1:]
    for word in given:
        if is_named_credential("password", word.text):
            yield word


def _in_command(command: Command) -> Iterator[tuple[Word, int]]:
    for word in _set_by(command):
        name, _, value = word.text.partition("=")
        is_known = word.known and word.literal
        if is_secret_name(name) and is_known and is_credential(value, name):
            yield word, word.end
    yield from _login(command)


def _login(command: Command) -> Iterator[tuple[Word, int]]:
    """What the commands that log in, or configure that, are given."""
    texts = command.texts()
    if command.name in ("huggingface-cli", "hf") and "login" in texts:
        token = read_arguments(command.arguments, long=("--token",)).option("--token")
        if token is not None and is_credential(token.text) and token.word.known:
            yield token.word, (token.value or token.word).end
    if command.name == "aws" and texts[:2] == ["configure", "set"] and len(texts) > 3:
        word, name = command.arguments[3], texts[2].rpartition(".")[2]
        if name in KEYWORDS and word.known and is_credential(texts[3], name):
            yield word, word.end
    if command.name == "wandb" and "login" in texts:
        for word in read_arguments(command.arguments, long=("--host",)).plain[1:2]:
            if word.known and word.literal and is_credential(word.text, "api_key"):
                yield word, word.end


_PASSWORDS = {
    "mysql": "-p", "mysqldump": "-p", "sshpass": "-p", "docker": "-p", "podman": "-p",
    "redis-cli": "-a", "curl": "-u", "twine": "-p", "mongo": "-p", "mongosh": "-p",
}  # fmt: skip
"""Programs that take a password as an option; curl behind the user's name and a colon."""


def _options(command: Command) -> Iterator[tuple[Word, str]]:
    letter = _PASSWORDS.get(command.name)
    is_login = command.name not in ("docker", "podman") or "login" in command.texts()
    if letter is None or not is_login:
        return
    before = ""
    for word in command.arguments:
        text, is_known = word.text, word.known and word.literal
        if before in (letter, "--user") and is_known:
            yield word, text.partition(":")[2] if letter == "-u" else text
        elif letter == "-p" and text.startswith("-p") and len(text) > 2 and is_known:
            yield word, text[2:]
        before = text


def _headers(command: Command) -> Iterator[tuple[Word, str, str]]:
    """The headers that `curl -H` and `wget --header` send, with the words that they stand in."""
    before = ""
    for word in command.arguments if command.name in ("curl", "wget") else ():
        text, before, last = word.text, word.text, before
        given = text if last in ("-H", "--header") else ""
        if text.startswith(("-H", "--header=")):
            given = text.removeprefix("-H").removeprefix("--header=")
        name, colon, value = given.partition(":")
        if colon and name.endswith(HEADERS) and word.known and word.literal:
            yield word, name, value


def _set_by(command: Command) -> Iterator[Word]:
    yield from command.assignments
    if command.name in ("export", "declare", "setx"):
        yield from command.arguments
    if command.name in ("docker", "podman"):
        for option, word in zip(command.arguments, command.arguments[1:], strict=False):
            if option.text in ("-e", "--env"):
                yield word
