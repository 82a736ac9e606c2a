"""Programs whose arguments are another program's command line: `sudo`, `env`, `nohup`, `xargs`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .words import Word

SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh", "rbash"})

ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A program in front of another one (`sudo -u joe` of `sudo -u joe ls`): its word, and its own
    arguments. `name` is the program without its folder."""

    name: str
    word: Word
    arguments: tuple[Word, ...] = ()

    def value(self, *options: str) -> str | None:
        """What stands behind one of these options (`-u`, `--user`); None without."""
        texts = [word.text for word in self.arguments]
        for index, text in enumerate(texts):
            head, equals, value = text.partition("=")
            if text in options and index + 1 < len(texts):
                return texts[index + 1]
            if head in options and equals:
                return value
            if text[:2] in options and len(text) > 2 and not text.startswith("--"):
                return text[2:]
        return None


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a wrapper's own arguments look: the letters and long names of its options that take a
    value, the number of plain arguments before the command, whether NAME=value may stand there."""

    letters: str = ""
    long: tuple[str, ...] = ()
    plain: int = 0
    assignments: bool = False


_SHAPES: Mapping[str, _Shape] = {
    "sudo": _Shape("ughpCrtTUDR", ("--user", "--group", "--host", "--prompt"), assignments=True),
    "doas": _Shape("uC"),
    "env": _Shape("uCS", ("--unset", "--chdir"), assignments=True),
    "nohup": _Shape(),
    "setsid": _Shape(),
    "exec": _Shape("a"),
    "command": _Shape(),
    "builtin": _Shape(),
    "eval": _Shape(),
    "unbuffer": _Shape(),
    "time": _Shape("of", ("--output", "--format")),
    "nice": _Shape("n", ("--adjustment",)),
    "ionice": _Shape("cn", ("--class", "--classdata")),
    "stdbuf": _Shape("ioe", ("--input", "--output", "--error")),
    "timeout": _Shape("sk", ("--signal", "--kill-after"), plain=1),
    "xargs": _Shape("IiLnPsdEa", ("--max-args", "--max-procs", "--arg-file", "--delimiter")),
    "watch": _Shape("n", ("--interval",)),
}


_RUNNERS: Mapping[str, _Shape] = {
    **dict.fromkeys(("conda", "mamba", "micromamba"), _Shape("np", ("--name", "--prefix"))),
    **dict.fromkeys(("poetry", "pipenv"), _Shape()),
    "uv": _Shape("p", ("--with", "--python", "--extra", "--group")),
}
"""Programs that start another one as `conda run COMMAND`."""


def program(word: Word) -> str:
    """The name of the program that a command's first word starts, without its folder."""
    return word.text.rpartition("/")[2]


def unwrap(words: Sequence[Word]) -> tuple[Wrapper | None, Sequence[Word], Sequence[Word]]:
    """The wrapper in front of these words, the assignments (NAME=value) it makes, and the command
    it starts; None and the words where there is none."""
    shape, first = _SHAPES.get(program(words[0])), 1
    if shape is None and len(words) > 2 and words[1].text == "run":
        shape, first = _RUNNERS.get(program(words[0])), 2
    if shape is None:
        return None, (), words
    own = _options(words, shape, first)
    if words[0].text == "command" and _only_asks(words[first:own]):
        return None, (), words
    rest = own + min(shape.plain, len(words) - own)
    begin = rest
    while shape.assignments and rest < len(words) and ASSIGNMENT.match(words[rest].text):
        rest += 1
    wrapper = Wrapper(program(words[0]), words[0], tuple(words[1:begin]))
    return wrapper, words[begin:rest], words[rest:]


def _options(words: Sequence[Word], shape: _Shape, index: int) -> int:
    """The index of the first word from there that is neither an option nor an option's value."""
    while index < len(words) and (text := words[index].text).startswith("-"):
        index += 1
        if text == "--":
            break
        if text in shape.long or (not text.startswith("--") and _awaits_value(text[1:], shape)):
            index += 1
    return min(index, len(words))


def _only_asks(options: Sequence[Word]) -> bool:
    """Whether `command -v NAME` only says where the program is."""
    return any("v" in option.text.lower() for option in options)


def _awaits_value(cluster: str, shape: _Shape) -> bool:
    """Whether the last letter of `-nu` takes the next word; in `-uroot` the value is there."""
    first = next((i for i, letter in enumerate(cluster) if letter in shape.letters), None)
    return first is not None and first == len(cluster) - 1


def script_of(words: Sequence[Word]) -> Word | None:
    """The text that `bash -c TEXT` and `su -c TEXT` run; None for other commands."""
    name = program(words[0])
    if name not in SHELLS and name != "su":
        return None
    given = False
    for index, word in enumerate(words[1:], 1):
        text = word.text
        if text in ("-c", "--command") and name == "su":
            return words[index + 1] if index + 1 < len(words) else None
        if text.startswith("-") and not text.startswith("--") and name != "su":
            given = given or "c" in text
        elif not text.startswith(("-", "+")) and name != "su":
            return word if given else None
    return None
