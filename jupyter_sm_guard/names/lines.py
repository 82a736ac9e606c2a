"""Lines as Python counts them."""

from __future__ import annotations


def physical_lines(text: str) -> list[str]:
    """Lines as Python counts them: ended by LF, CRLF or CR and by nothing else."""
    if "\r" not in text:
        return text.splitlines(keepends=True) if _plain(text) else _split(text)
    return _split(text)


def _plain(text: str) -> bool:
    return not any(c in text for c in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")


def _split(text: str) -> list[str]:
    lines, start, position = [], 0, 0
    while position < len(text):
        character = text[position]
        position += 1
        if character == "\r" and text[position : position + 1] == "\n":
            position += 1
        if character in "\r\n":
            lines.append(text[start:position])
            start = position
    return [*lines, text[start:]] if start < len(text) else lines
