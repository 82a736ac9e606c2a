"""A cell's lines without the indentation and prompts that IPython takes away."""

from __future__ import annotations

import re
from dataclasses import dataclass

_STRING_PREFIX = re.compile(r"[rubfRUBF]{0,2}\Z")
_CLASSIC = re.compile(r"\s*(?:>>>|\.\.\.)[ \t]?")
_NUMBERED = re.compile(r"(?:(?:(?:\[nav\]|\[ins\])?[ ])?In[ ]\[\d+\]:[ ]|\s*\.{3,}:[ ]?)")


@dataclass
class Line:
    """A line without the indentation and prompts that IPython takes away; `at` is where the rest
    of it starts in the source."""

    text: str
    at: int

    def cut(self, count: int) -> None:
        self.text, self.at = self.text[count:], self.at + count


def lines_of(source: str) -> list[Line]:
    """The lines of a cell's source, from the first that is not empty."""
    found, offset = [], 0
    for text in (source if source.endswith("\n") else source + "\n").splitlines(keepends=True):
        found.append(Line(text, offset))
        offset += len(text)
    while found and found[0].text.isspace():
        del found[0]
    dedent(found)
    _strip_classic_prompts(found)
    if found and (
        _NUMBERED.match(found[0].text) or (len(found) > 1 and _NUMBERED.match(found[1].text))
    ):
        for line in found:
            if match := _NUMBERED.match(line.text):
                line.cut(match.end())
    return found


def dedent(lines: list[Line]) -> None:
    """Take away the indentation that all lines share."""
    margin = _common_indent(lines)
    for line in lines:
        if line.text.isspace():
            line.text = "\n"
        elif margin:
            line.cut(len(margin))


def _common_indent(lines: list[Line]) -> str:
    margin: str | None = None
    for line in lines:
        if line.text.isspace():
            continue
        indent = line.text[: len(line.text) - len(line.text.lstrip(" \t"))]
        margin = indent if margin is None else _shared(margin, indent)
        if not margin:
            break
    return margin or ""


def _shared(one: str, other: str) -> str:
    length = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    return one[: min(len(one), len(other)) if length is None else length]


def _is_prompted(lines: list[Line]) -> bool:
    return any(line.text.lstrip().startswith(">>>") for line in lines)


def _strip_classic_prompts(lines: list[Line]) -> None:
    if not _is_prompted(lines):
        return
    segments: list[list[Line]] = [[]]
    for line, quoted in zip(lines, _quoted(lines), strict=True):
        if quoted:
            segments.append([])
        else:
            segments[-1].append(line)
    if any(map(_is_prompted, segments)):
        for segment in segments:
            _strip_segment(segment)


def _strip_segment(lines: list[Line]) -> None:
    stripped = False
    for line in lines:
        if match := _CLASSIC.match(line.text):
            line.cut(match.end())
            stripped = True
    if stripped:
        dedent(lines)


def _quoted(lines: list[Line]) -> list[bool]:
    """For each line whether it lies in a string of three quotes that is no prompted code."""
    inside: str | None = None
    keep = prompted = False
    found = []
    for line in lines:
        found.append(inside is not None and keep)
        for match in re.finditer(r"(?<!\\)(\"\"\"|''')", line.text):
            if inside is None:
                inside = match[1]
                before = line.text[: match.start()]
                rest = _CLASSIC.sub("", before, count=1)
                was_prompted = rest != before and prompted
                keep = not was_prompted and _STRING_PREFIX.match(rest.strip()) is not None
                found[-1] = keep
            elif inside == match[1]:
                inside, keep = None, False
        prompted = prompted or line.text.lstrip().startswith(">>>")
    return found
