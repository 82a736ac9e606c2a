"""Notebooks and scripts as documents: bytes of `.ipynb`, `.py`, `.sh` to cells. Nothing is run.

Read with the standard library alone, and leniently: whatever Jupyter opens (nbformat 3 to 4.5,
notebooks of Colab without a language, sources as one string, CRLF, a byte order mark) is one.
Images and other data in outputs are never looked at. The classes are plain ones: a linter that
finds nothing must start as quickly as an empty script; importing `dataclasses` takes longer.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

SIZE_LIMIT = 50 * 1024 * 1024
"""Bytes; larger files are skipped with that reason: decoding 200 MB takes 450 MB of memory."""
CELL_LIMIT = 256 * 1024
"""Characters of a cell that are parsed: `ast.parse` of 4 MB takes 16 s and 2.6 GB."""
NOTEBOOK_LIMIT = 2 * 1024 * 1024
"""Characters of a document that are parsed."""
OUTPUT_LIMIT = 1024 * 1024
"""Characters of one text output that are looked at."""

_PYTHON = ("", "python", "ipython", "python3", "python2", "pyspark", "pyspark3", "sage")


class DocumentError(ValueError):
    """The file is no document that can be linted; the message says why and what would help."""


class TextOutput:
    """A text that running a cell left behind; `place` is its path in the notebook's JSON."""

    __slots__ = ("place", "text")

    def __init__(self, place: tuple[str | int, ...], text: str):
        self.place = place
        self.text = text


class Cell:
    """One cell. `kind` is `code`, `markdown` or `raw`; `place` the path of its source in the JSON,
    or the offset of its text in a script, as `(offset,)`. `language` is lower case, `python` for
    any kind of Python."""

    __slots__ = ("id", "index", "kind", "language", "metadata", "place", "raw_outputs", "source")

    def __init__(  # noqa: PLR0913  # what a cell has
        self,
        index: int,
        id: str | None,
        kind: str,
        source: str,
        place: tuple[str | int, ...],
        *,
        language: str = "python",
        metadata: dict[str, Any] | None = None,
        outputs: object = None,
    ):
        self.index = index
        self.id = id
        self.kind = kind
        self.source = source
        self.place = place
        self.language = language
        self.metadata = metadata or {}
        self.raw_outputs = outputs

    @property
    def tags(self) -> tuple[str, ...]:
        """The cell's tags; none where they are not texts in a list."""
        tags = self.metadata.get("tags")
        return tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()

    def outputs(self) -> Iterator[TextOutput]:
        """The texts among the outputs: streams, plain text, JSON, HTML, errors. No images."""
        if not isinstance(self.raw_outputs, list):
            return
        for number, output in enumerate(self.raw_outputs):
            if isinstance(output, dict):
                yield from _texts(output, (*self.place[:-1], "outputs", number))


class Document:
    """A file's cells. `kind` is `notebook`, `python` or `shell`; `text` is the whole file's."""

    __slots__ = ("cells", "kind", "language", "metadata", "path", "text")

    def __init__(
        self,
        path: str,
        kind: str,
        text: str,
        cells: tuple[Cell, ...],
        *,
        language: str = "python",
        metadata: dict[str, Any] | None = None,
    ):
        self.path = path
        self.kind = kind
        self.text = text
        self.cells = cells
        self.language = language
        self.metadata = metadata or {}

    @property
    def in_cells(self) -> bool:
        """Whether IPython runs it cell by cell: a notebook, or a `.py` in the percent format, which
        editors run in an interactive window where `!` and `%` are commands as in a notebook."""
        return self.kind == "notebook" or len(self.cells) > 1


def kind_of(path: str) -> str | None:
    """`notebook`, `python`, `shell`, or None for what is not linted; by the name's ending."""
    name = path.lower()
    for ending, kind in ((".ipynb", "notebook"), (".py", "python"), (".sh", "shell")):
        if name.endswith(ending):
            return kind
    return None


def read(content: bytes, path: str, kind: str | None = None) -> Document:
    """The document in these bytes. Raises DocumentError."""
    if len(content) > SIZE_LIMIT:
        size, limit = len(content) / 2**20, SIZE_LIMIT // 2**20
        raise DocumentError(f"is {size:.0f} MB, more than {limit} MB; clear its outputs")
    kind = kind or kind_of(path)
    if kind == "notebook":
        return _notebook(_decoded(content), path)
    if kind in ("python", "shell"):
        text = _decoded(content, content[:200] if kind == "python" else b"")
        cells = _percent_cells(text) if kind == "python" else (_script(text, "shell"),)
        return Document(path, kind, text, cells, language=kind)
    raise DocumentError("is neither .ipynb nor .py nor .sh")


def _decoded(content: bytes, head: bytes = b"") -> str:
    encoding = "utf-8"
    if b"coding" in head:
        from io import BytesIO
        from tokenize import detect_encoding

        try:
            encoding = detect_encoding(BytesIO(content).readline)[0]
        except SyntaxError as error:
            raise DocumentError(f"names an encoding that does not exist: {error}") from None
    try:
        text = content.decode(encoding)
    except (UnicodeError, LookupError) as error:
        where = f" at byte {error.start}" if isinstance(error, UnicodeDecodeError) else ""
        raise DocumentError(f"is not {encoding.upper()}{where}; save it as UTF-8") from None
    return text[1:] if text.startswith("\ufeff") else text


def _json(text: str) -> object:
    """The JSON; with the scanner in C alone where Python has it, which spares importing `re`."""
    try:
        from _json import make_scanner

        return _scanned(text, make_scanner)
    except ImportError:
        import json

        return json.loads(text)


class _Plain:
    """How `json.loads` reads by default, for its scanner."""

    strict = False
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float
    memo: dict[str, str] = {}  # noqa: RUF012  # the scanner's own, cleared by it


def _scanned(text: str, make_scanner: Any) -> object:
    start = len(text) - len(text.lstrip(" \t\r\n"))
    try:
        value, end = make_scanner(_Plain)(text, start)
    except StopIteration as stop:
        raise ValueError(f"no value at character {stop.value}") from None
    if text[end:].strip(" \t\r\n"):
        raise ValueError(f"something follows at character {end}")
    return value


def _notebook(text: str, path: str) -> Document:
    content = _object(text)
    metadata = _dict(content.get("metadata"))
    language = _language(metadata)
    if isinstance(content.get("cells"), list):
        cells = _cells(content["cells"], ("cells",), language)
    elif isinstance(content.get("worksheets"), list):
        cells = []
        for number, sheet in enumerate(content["worksheets"]):
            place = ("worksheets", number, "cells")
            cells += _cells(_dict(sheet).get("cells"), place, language, len(cells))
    else:
        raise DocumentError("is JSON but no notebook: it has no list of cells")
    return Document(path, "notebook", text, tuple(cells), language=language, metadata=metadata)


def _object(text: str) -> dict[str, Any]:
    if not text.strip():
        raise DocumentError("is empty")
    try:
        content = _json(text)
    except RecursionError:
        raise DocumentError("is nested too deeply to be a notebook") from None
    except MemoryError:
        raise DocumentError("needs more memory than there is") from None
    except ValueError as error:
        says = str(error).partition("\n")[0][:120]
        raise DocumentError(f"is not JSON ({says}); open and save it in Jupyter") from None
    if not isinstance(content, dict):
        raise DocumentError("is JSON but no notebook")
    return content


def _cells(
    entries: object, place: tuple[str | int, ...], language: str, first: int = 0
) -> list[Cell]:
    cells: list[Cell] = []
    listed: list[Any] = entries if isinstance(entries, list) else []
    for number, entry in enumerate(listed):
        if not isinstance(entry, dict):
            continue
        kind = entry.get("cell_type")
        # nbformat 3 has headings, and calls a code cell's source "input"
        kind = kind if kind in ("code", "raw") else "markdown"
        key = "input" if "input" in entry and "source" not in entry else "source"
        id = entry.get("id")
        metadata = _dict(entry.get("metadata"))
        cells.append(
            Cell(
                first + number,
                id if isinstance(id, str) else None,
                kind,
                _joined(entry.get(key)),
                (*place, number, key),
                language=_cell_language(entry, metadata) or language,
                metadata=metadata,
                outputs=entry.get("outputs"),
            )
        )
    return cells


def _language(metadata: dict[str, Any]) -> str:
    """The kernel's language; Python where nothing is said, as in Colab's notebooks."""
    spec = _dict(metadata.get("kernelspec"))
    for value in (_dict(metadata.get("language_info")).get("name"), spec.get("language")):
        if isinstance(value, str) and value:
            return _known(value)
    return "python"


def _cell_language(entry: dict[str, Any], metadata: dict[str, Any]) -> str | None:
    for value in (entry.get("language"), _dict(metadata.get("vscode")).get("languageId")):
        if isinstance(value, str) and value:
            return _known(value)
    return None


def _known(language: str) -> str:
    return "python" if language.lower() in _PYTHON else language.lower()[:40]


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _joined(source: object) -> str:
    if isinstance(source, str):
        return source
    if not isinstance(source, list):
        return ""
    try:
        return "".join(source)
    except TypeError:
        return "".join(part for part in source if isinstance(part, str))


def _texts(output: dict[str, Any], place: tuple[str | int, ...]) -> Iterator[TextOutput]:
    for key in ("text", "traceback", "html", "json", "evalue"):
        if key in output:
            yield from _text(output[key], (*place, key))
    data = output.get("data")
    if isinstance(data, dict):
        for kind, value in data.items():
            if kind.startswith("text/") or kind.endswith("json"):
                yield from _text(value, (*place, "data", kind))


def _text(value: object, place: tuple[str | int, ...]) -> Iterator[TextOutput]:
    text = _joined(value)
    if text:
        yield TextOutput(place, text[:OUTPUT_LIMIT])


def _script(text: str, language: str) -> Cell:
    return Cell(0, None, "code", text, (0,), language=language)


def _percent_cells(text: str) -> tuple[Cell, ...]:
    """A Python file's cells, split where `# %%` stands at a line's start; else one."""
    if "# %%" not in text and "#%%" not in text:
        return (_script(text, "python"),)
    starts, kinds, offset = [0], ["code"], 0
    for line in text.splitlines(keepends=True):
        if line.startswith(("# %%", "#%%")):
            starts.append(offset)
            kinds.append("markdown" if "[markdown]" in line or "[md]" in line else "code")
        offset += len(line)
    ends = [*starts[1:], len(text)]
    pieces = [piece for piece in zip(starts, ends, kinds, strict=True) if piece[0] < piece[1]]
    return tuple(
        Cell(index, None, kind, text[start:end], (start,))
        for index, (start, end, kind) in enumerate(pieces)
    )
