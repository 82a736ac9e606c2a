"""A document that is open in an editor: linted again after every pause, as far as a change matters.

What a rule says of a cell depends on the cell, on those that bind a name in it or call a function
of it (and so on, back), and on which rules may find something in the document at all. So a change
concerns the cell itself and the cells that a name it binds or calls, or did, gets into; all cells
where other rules than before may find something. The result is that of `lint_document` on the
whole, by test.
"""

from __future__ import annotations

import ast
import warnings
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from ..cells import Part, parts, script_parts
from ..gate import ELSEWHERE, FILE, STARTING, Entry, Seen
from ..names import Notebook, PythonCell, functions_in, has_class
from ..notebook import CELL_LIMIT, Cell, Document
from ..rule import Rule
from . import suppress
from .engine import hold_back
from .look import Look
from .selection import Found, Outcome, Selection
from .written import Written, may_write, written


@dataclass
class _Kept:
    """What is kept of a cell: its parts, the rules' literals in its code and in all its texts, and
    once it was read its tree and the names that it binds."""

    cell: Cell
    parts: list[Part]
    own: Part | None
    code: frozenset[str]
    texts: frozenset[str]
    defines: frozenset[str]
    has_class: bool
    python: PythonCell | None = None
    read: bool = False
    tree: ast.Module | None = None
    binds: frozenset[str] | None = None
    found: list[Found] = field(default_factory=list)


class Live:
    """One open document. A cell's `index` is its name here, which stays when the cell moves."""

    def __init__(self, path: str, kind: str, selection: Selection):
        self.path, self.kind, self.selection = path, kind, selection
        self.rules = selection.applied
        literals = {w for e in self.rules for w in (*e.triggers, *e.also, *e.strict_triggers)}
        self._unless = frozenset(word for entry in self.rules for word in entry.unless)
        self._literals = tuple(literals.union(ELSEWHERE, STARTING, self._unless, (FILE,)))
        self.kept: dict[int, _Kept] = {}
        self.order: tuple[int, ...] = ()
        self.waiting: dict[int, None] = {}
        self.functions: frozenset[str] = frozenset()
        self.has_classes = False
        self._look = _OneCell(self, [], runs_shell=False, elsewhere=False)
        self._state: object = None

    def change(self, cells: Iterable[Cell], order: Sequence[int]) -> None:
        """These cells are new, or other ones than before; `order` names all that there are."""
        new = {cell.index: cell for cell in cells}
        names: set[str] = set()
        before = {
            i: self.kept.pop(i) for i in (*new, *(self.kept.keys() - set(order))) if i in self.kept
        }
        self.kept.update((index, self._keep(cell)) for index, cell in new.items())
        moved = _moved([i for i in self.order if i in self.kept], order)
        if self.has_classes != any(kept.has_class for kept in self.kept.values()):
            self.has_classes = not self.has_classes  # then attributes are names too, or no more
            moved = set(self.kept)
            for kept in self.kept.values():
                kept.binds = None
        self.order = tuple(order)
        every = (*self.kept.values(), *before.values())
        self.functions = frozenset().union(*(kept.defines for kept in every if kept.defines))
        notebook = self._number(moved)
        for index in {*before, *new, *moved}:
            old, now = before.get(index), self.kept.get(index)
            settings = [None if one is None else self._settings(one) for one in (old, now)]
            if None in settings or settings[0] != settings[1]:
                names.update(*(self.binds(one) for one in (old, now) if one is not None))
        concerned = self.reached(notebook, names) - new.keys()
        self._decide(self._number(concerned))
        first = [index for index in self.order if index in new]
        rest = [index for index in self.order if index in concerned or index in moved]
        self.waiting = dict.fromkeys(i for i in (*first, *rest, *self.waiting) if i in self.kept)

    def work(self, enough: Callable[[], bool]) -> list[int]:
        """Lint what waits, the changed cells first, until there is `enough`; says which cells."""
        done: list[int] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of code that is read, not ours
            while self.waiting and not (done and enough()):
                index = next(iter(self.waiting))
                del self.waiting[index]
                kept = self.kept[index]
                kept.found = self._look.judge(kept)
                done.append(index)
        return done

    def found(self) -> dict[int, list[Found]]:
        """What is known by now of each cell, without what is suppressed."""
        every = [found for index in self.order for found in self.kept[index].found]
        cells = tuple(self.kept[index].cell for index in self.order)
        if any(suppress.WORD in cell.source for cell in cells):
            outcome = Outcome(every)
            hold_back(Document(self.path, self.kind, "", cells), self.selection, outcome)
            every = outcome.found
        by_cell: dict[int, list[Found]] = {}
        for found in sorted(every, key=lambda f: (f.output is not None, f.start, f.end, f.rule)):
            by_cell.setdefault(found.cell, []).append(found)
        return by_cell

    def _keep(self, cell: Cell) -> _Kept:
        is_code = cell.kind == "code"
        pieces: list[Part] = []
        if is_code and cell.language in ("python", "shell") and len(cell.source) <= CELL_LIMIT:
            is_notebook = self.kind == "notebook"
            pieces = parts(cell.source) if is_notebook else script_parts(cell.language, cell.source)
        own = next((p for p in pieces if p.kind == "python" and not p.alone), None)
        there = frozenset(word for word in self._literals if word in cell.source)
        texts = there.union(w for o in cell.outputs() for w in self._literals if w in o.text)
        defines = frozenset(() if own is None else functions_in(own.text))
        code = there if is_code else frozenset[str]()
        return _Kept(
            cell, pieces, own, code, texts, defines, own is not None and has_class(own.text)
        )

    def _number(self, renewed: Iterable[int]) -> _Names:
        """The document's names; what is known of values in the renewed cells is forgotten."""
        for index in renewed:
            self.kept[index].python = self.kept[index].binds = None
        names = _Names(self.kept)
        for index in self.order:
            names.put(self.kept[index])
        return names

    def binds(self, kept: _Kept) -> frozenset[str]:
        """The names that a cell binds, and the functions that it may give something."""
        if kept.python is None:
            return frozenset()
        if kept.binds is None:
            kept.binds = kept.python.binds
        return kept.binds | (self.functions & kept.python.words)

    def _settings(self, kept: _Kept) -> list[tuple[int, str]]:
        """The statements of a cell that bind a name or may call a function, and their starts."""
        python = kept.python
        if python is None:
            return []
        starts = [python.span(node)[0] for node in python.tree.body]
        ends = [*starts[1:], len(python.text)] if starts else []
        orders = (binding.order for bindings in python.bindings.values() for binding in bindings)
        numbers = {max(0, bisect_right(starts, order) - 1) for order in orders}
        if called := self.functions & python.words:
            pieces = enumerate(zip(starts, ends, strict=True))
            numbers |= {n for n, (s, e) in pieces if any(f in python.text[s:e] for f in called)}
        return [(starts[n], python.text[starts[n] : ends[n]].rstrip()) for n in sorted(numbers)]

    def reached(self, notebook: Notebook, names: set[str]) -> set[int]:
        """The cells that a value of these names could get into."""
        reached: set[int] = set()
        known, new = set(names), set(names)
        while new:
            everywhere = "*" in new  # what `import *` brings may stand in any cell
            cells = [c.index for c in notebook.cells if everywhere or not new.isdisjoint(c.words)]
            more = [index for index in cells if index not in reached]
            reached.update(more)
            new = set[str]().union(*(self.binds(self.kept[index]) for index in more)) - known
            known |= new
        return reached

    def _decide(self, names: _Names) -> None:
        """Which rules may find something now; where others than before, all cells wait."""
        code: set[str] = set()
        texts: set[str] = set()
        for kept in self.kept.values():
            code |= kept.code
            texts |= kept.texts
        chosen = [e.name for e in self.rules if self._may_find(e, texts if e.reads_texts else code)]
        runs_shell, elsewhere = not code.isdisjoint(STARTING), texts.issuperset(ELSEWHERE)
        doubts = frozenset(code & self._unless)
        files = self._written() if FILE in code else {}
        state = chosen, runs_shell, elsewhere, doubts, files
        if state != self._state:
            self._state = state
            rules = [self.selection.load(name) for name in chosen]
            self._look = _OneCell(self, rules, runs_shell=runs_shell, elsewhere=elsewhere)
            self._look.doubts, self._look.written = doubts, files
            self.waiting = dict.fromkeys(self.order)
        self._look.renew(names)

    def _written(self) -> Written:
        every = [self.kept[index] for index in self.order]
        code = [kept for kept in every if kept.cell.kind == "code"]
        code = [kept for kept in code if kept.cell.language in ("python", "shell")]
        pieces = [kept.parts if may_write(kept.cell) else () for kept in code]
        return written([kept.cell for kept in code], pieces)

    def _may_find(self, rule: Entry, there: set[str]) -> bool:
        if self.selection.is_strict(rule.name) and rule.strict_triggers:
            return not there.isdisjoint(rule.strict_triggers)
        return not there.isdisjoint(rule.triggers) and (
            not rule.also or not there.isdisjoint(rule.also)
        )


class _Names(Notebook):
    """The names of a document whose cells stay from one change to the next."""

    def __init__(self, every: dict[int, _Kept]):
        super().__init__()
        self.every = every
        self.parse: Callable[[], ast.Module | None] | None = None

    def put(self, kept: _Kept) -> None:
        """The next cell; the one from before where it has the same number, else a new one."""
        if kept.own is None:
            return
        before = kept.python
        if before is not None and before.number == len(self.cells):
            before.notebook = self
            self.cells.append(before)
        else:
            kept.python = super().add(kept.cell.index, kept.own.text, lambda: _tree(kept))

    def parse_again(self) -> None:
        """As the engine does it, which looks at what is no Python in other ways."""
        if self.parse is not None:
            self.parse()

    def add(
        self,
        index: int,
        source: str,
        parse: Callable[[], ast.Module | None],
        text: Callable[[], str] | None = None,
    ) -> PythonCell:
        """The cell that is there already."""
        del source, text
        python = self.every[index].python
        if python is None:
            raise KeyError(index)
        self.parse = parse
        return python


def _tree(kept: _Kept) -> ast.Module | None:
    """A cell's syntax tree, parsed once; None for what is no Python."""
    if not kept.read:
        kept.read = True
        if kept.own is not None and kept.own.valid:
            try:
                kept.tree = ast.parse(kept.own.text)
            except (SyntaxError, ValueError, MemoryError, RecursionError):
                kept.tree = None
    return kept.tree


def _moved(before: list[int], order: Sequence[int]) -> set[int]:
    """The cells among which the order is another one; names are followed from top to bottom."""
    kept = set(before)
    after = [index for index in order if index in kept]
    return set() if after == before else kept


class _OneCell(Look):
    """One cell at a time, in the light of all."""

    def __init__(self, live: Live, rules: list[Rule], *, runs_shell: bool, elsewhere: bool):
        document = Document(live.path, live.kind, "", ())
        super().__init__(document, rules, live.selection, Outcome(), Seen(set(), set()))
        self.live = live
        self.runs_shell = runs_shell and bool(self.shell or self.requests)
        self.defaults = None if elsewhere else live.selection.defaults
        in_code = [*self.python, *self.requests, *(self.shell if self.runs_shell else ())]
        self.seeding = {word for rule in in_code for word in self._literals(rule)}
        in_shell = {w for rule in (*self.shell, *self.files) for w in self._literals(rule)}
        self.there = frozenset(self.seeding | in_shell)
        self.judged: set[int] | None = None
        self.doubts: frozenset[str] = frozenset()
        self.names = _Names({})

    def renew(self, names: _Names) -> None:
        """Something has changed."""
        self.notebook = self.names = names
        self.judged = None
        self.parts = {index: kept.parts for index, kept in self.live.kept.items()}

    def judge(self, kept: _Kept) -> list[Found]:
        """All that there is to say of a cell."""
        cell = kept.cell
        self.document = Document(self.live.path, self.live.kind, "", (cell,))
        self.outcome, self.parsed, self.prepared = Outcome(), 0, {}
        self.seen = Seen(kept.code, kept.texts)
        self.names.parse = None
        vars(self).pop("_every_text", None)  # those of the cell before
        for rule in self.rules:
            if rule.text is not None:
                self._texts(rule, rule.text)
        if cell.kind == "code" and cell.language in ("python", "shell"):
            self._code(cell)
            if kept.read and kept.tree is None:
                self.names.parse_again()  # it is no Python: then its lines may be commands
            for number, part in self.prepared.items():
                if self._is_reached(kept):
                    self._python(self.notebook.cells[number], part)
        unique = {(f.rule, f.cell, f.output, f.start, f.end): f for f in self.outcome.found}
        return list(unique.values())

    def _only_names(self, cell: Cell) -> None:
        kept = self.live.kept[cell.index]
        if kept.python is not None and kept.own is not None:
            self.prepared[kept.python.number] = kept.own
            self.names.parse = partial(self._parse, cell, kept.own)

    def _reaching(self, cell: PythonCell) -> list[Rule]:
        """Cells that no rule's words reach are not judged at all; of those that one reaches every
        rule may see everything, which costs less than to know which."""
        if cell.notebook is self.notebook:
            return [rule for rule in self.rules if self._reads(rule) and self._may_see(rule, cell)]
        return super()._reaching(cell)

    def _doubts(self, rule: Rule) -> bool:
        return not self.doubts.isdisjoint(rule.unless)

    def _literals(self, rule: Rule) -> tuple[str, ...]:
        strict = self.selection.is_strict(rule.name)
        return rule.strict_triggers if strict and rule.strict_triggers else rule.triggers

    def _is_reached(self, kept: _Kept) -> bool:
        """Whether a value that a rule looks for may have got into the cell."""
        if not kept.code.isdisjoint(self.seeding):
            return True
        if self.judged is None:
            names = set[str]()
            for other in self.live.kept.values():
                if not other.code.isdisjoint(self.seeding):
                    names |= self.live.binds(other)
            self.judged = self.live.reached(self.notebook, names)
        return kept.cell.index in self.judged
