"""One document under the eyes of the rules: parts, names, requests. Reads no file."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property, partial

from ..cells import Part, bare_commands, parts, script_parts
from ..gate import ELSEWHERE, FILE, STARTING, Seen
from ..names import Call, Notebook, PythonCell, is_closed
from ..notebook import CELL_LIMIT, NOTEBOOK_LIMIT, Cell, Document
from ..requests import Request, in_python, in_shell
from ..rule import Match, Rule, TextCheck
from ..shell import dockerfile
from .matches import Matches
from .selection import Outcome, Selection
from .started import scripts
from .written import Written, may_write, written


class Look(Matches):
    """One document under the eyes of the rules that passed the gate."""

    def __init__(
        self,
        document: Document,
        rules: list[Rule],
        selection: Selection,
        outcome: Outcome,
        seen: Seen,
    ):
        super().__init__(document, selection, outcome)
        self.seen = seen
        self.rules = rules
        self.parsed = 0
        self.python = [r for r in rules if r.python is not None]
        self.requests = [r for r in rules if r.request is not None]
        self.shell = [r for r in rules if r.shell is not None]
        self.files = [r for r in rules if r.file is not None]
        self.runs_shell = False
        # the notebook itself says where the defaults are: then nobody knows before it runs
        elsewhere = (seen.code | seen.texts).issuperset(ELSEWHERE)
        self.defaults = None if elsewhere else selection.defaults
        self.notebook = Notebook()
        self.prepared: dict[int, Part] = {}
        self.written: Written = {}
        self.literals: dict[str, tuple[str, ...]] = {}
        self.there: frozenset[str] = frozenset()

    def run(self) -> None:
        for rule in self.rules:
            if rule.text is not None:
                self._texts(rule, rule.text)
        if not (self.python or self.requests or self.shell or self.files):
            return
        code = [cell for cell in self.document.cells if cell.kind == "code"]
        code = [cell for cell in code if cell.language in ("python", "shell")]
        if self.shell or self.requests:
            self.runs_shell = not self.seen.code.isdisjoint(STARTING)
        in_code = [rule for rule in self.rules if rule.shell or rule.file or self._reads(rule)]
        if self.requests and FILE in self.seen.code:
            pieces = [self._parts(cell) if may_write(cell) else () for cell in code]
            self.written = written(code, pieces)
        self.there = frozenset(word for rule in in_code for word in self._literals(rule))
        for cell in code:
            self._code(cell)
        for python in self.notebook.cells:
            self._python(python, None)

    def _code(self, cell: Cell) -> None:
        """Prepare a cell's Python, and judge the rest of it."""
        if len(cell.source) > CELL_LIMIT:
            size = len(cell.source) // 1024
            self._skip(cell, f"{size} KB of source, more than {CELL_LIMIT // 1024} KB")
            return
        is_there = cell.index in self.written or any(word in cell.source for word in self.there)
        if self.selection.gated and not is_there:
            self._only_names(cell)
            return
        in_shell = self._triggers([*self.shell, *self.files], cell.source)
        if not (self.python or self.requests or self.runs_shell or in_shell):
            return
        for part in self._parts(cell):
            if part.kind != "python":
                self._no_python_text(cell.index, part)
                continue
            own = Notebook() if part.alone else self.notebook
            python = own.add(cell.index, part.text, partial(self._parse, cell, part))
            # only where the cell is no Python are lines like `pip install x` commands
            if in_shell and not part.alone and bare_commands(cell.source):
                _ = python.tree
            if part.alone:
                self._python(python, part)
            else:
                self.prepared[python.number] = part

    def _only_names(self, cell: Cell) -> None:
        """A cell in which no rule finds anything but what others put into its names: IPython's eyes
        are needed for it only if they do."""
        if self.python or self.requests or self.runs_shell:
            number = len(self.notebook.cells)

            def part() -> Part:
                if number not in self.prepared:
                    every = (p for p in self._parts(cell) if p.kind == "python" and not p.alone)
                    self.prepared[number] = next(every, Part("python", ""))
                return self.prepared[number]

            self.notebook.add(
                cell.index,
                cell.source,
                lambda: self._parse(cell, part()),
                lambda: part().text,
            )

    def _reads(self, rule: Rule) -> bool:
        """Whether the rule looks at Python code."""
        in_python = rule.python is not None or rule.request is not None
        return in_python or (self.runs_shell and rule.shell is not None)

    def _reaching(self, cell: PythonCell) -> list[Rule]:
        """The rules that look at Python code, and what they look for may have got into the cell."""
        if not self.selection.gated:
            return [rule for rule in self.rules if self._reads(rule) and self._may_see(rule, cell)]
        if cell.notebook is self.notebook:
            return [rule for rule, numbers in self._reached if cell.number in numbers]
        return [rule for rule in self.rules if self._reads(rule) and self._stands(rule, cell)]

    def _stands(self, rule: Rule, cell: PythonCell) -> bool:
        return cell.holds(self._in_python(rule))

    def _may_see(self, rule: Rule, cell: PythonCell) -> bool:
        """Whether the rule is shown a cell that something may have got into."""
        return not self._is_local(rule) or self._stands(rule, cell)

    def _is_local(self, rule: Rule) -> bool:
        """Whether the rule looks at Python only where its words stand. Commands that are started
        in one cell may come from another."""
        return rule.local and not (self.runs_shell and rule.shell is not None)

    def _in_python(self, rule: Rule) -> tuple[str, ...]:
        """Those of the rule's literals that Python has to hold. Commands may be started from it."""
        every = self._literals(rule)
        if not rule.in_python or (self.runs_shell and rule.shell is not None):
            return every
        return tuple(literal for literal in every if literal in rule.in_python)

    @cached_property
    def _reached(self) -> list[tuple[Rule, set[int]]]:
        """Those rules, each with the numbers of the cells."""
        known: dict[tuple[str, ...], set[int]] = {}
        found = []
        for rule in self.rules:
            if self._is_local(rule) and self._reads(rule):
                cells = self.notebook.cells
                found.append((rule, {c.number for c in cells if self._stands(rule, c)}))
            elif self._reads(rule):
                literals = self._in_python(rule)
                if literals not in known:
                    known[literals] = self.notebook.reached(literals)
                found.append((rule, known[literals]))
        return found

    def _triggers(self, rules: list[Rule], text: str) -> bool:
        if not self.selection.gated:
            return bool(rules)
        return any(literal in text for rule in rules for literal in self._literals(rule))

    def _literals(self, rule: Rule) -> tuple[str, ...]:
        """Those of the rule's triggers that stand anywhere in the document's code."""
        found = self.literals.get(rule.name)
        if found is None:
            strict = self.selection.is_strict(rule.name) and rule.strict_triggers
            every = rule.strict_triggers if strict else rule.triggers
            found = tuple(literal for literal in every if literal in self.seen.code)
            self.literals[rule.name] = found
        return found

    def _parts(self, cell: Cell) -> list[Part]:
        found = self.parts.get(cell.index)
        if found is None:
            in_cells = self.document.in_cells
            found = parts(cell.source) if in_cells else script_parts(cell.language, cell.source)
            self.parts[cell.index] = found
        return found

    def _skip(self, cell: Cell, why: str) -> None:
        where = f"cell {cell.index}: " if self.document.in_cells else ""
        self.outcome.skipped.append(where + why)

    def _parse(self, cell: Cell, part: Part) -> ast.Module | None:
        self.parsed += len(part.text)
        if self.parsed > NOTEBOOK_LIMIT:
            limit = NOTEBOOK_LIMIT // 2**20
            self._skip(cell, f"more than {limit} MB of code before it and in it")
            return None
        try:
            tree = ast.parse(part.text)
        except SyntaxError as error:
            problem = f"not Python ({str(error.msg)[:80]}, line {error.lineno or 1})"
        except (ValueError, MemoryError, RecursionError) as error:
            problem = f"can't be parsed ({str(error)[:80] or type(error).__name__})"
        else:
            if part.valid:
                return tree
            problem = "not Python (a help request that IPython refuses)"
        self._no_python(cell, part, problem)
        return None

    def _no_python(self, cell: Cell, part: Part, problem: str) -> None:
        """Look at what is no Python for lines that are commands, and say so."""
        if part.alone and part.lenient:
            return
        bare = bare_commands(cell.source)
        for command in bare:
            self._shell_text(cell.index, command)
        if not part.lenient and not (bare and len(cell.source.strip().splitlines()) == 1):
            self._skip(cell, problem)

    # --- texts ---

    def _texts(self, rule: Rule, look: TextCheck) -> None:
        there = self.seen.texts | self.seen.code
        literals = [literal for literal in rule.triggers if literal in there]
        for cell, text, where, output in self._every_text:
            if where not in rule.places:
                continue
            if not self.selection.gated or any(literal in text for literal in literals):
                for match in look(text):
                    self._take(rule, match, cell, None, output)

    @cached_property
    def _every_text(self) -> list[tuple[int, str, str, tuple[str | int, ...] | None]]:
        found: list[tuple[int, str, str, tuple[str | int, ...] | None]] = []
        for cell in self.document.cells:
            found.append((cell.index, cell.source, cell.kind, None))
            for output in cell.outputs():
                found.append((cell.index, output.text, "output", output.place))
        return found

    # --- shell ---

    def _no_python_text(self, cell: int, part: Part) -> None:
        if part.kind == "settings":
            self._settings(cell, part)
        else:
            self._shell_text(cell, part)

    def _shell_text(self, cell: int, part: Part) -> None:
        if part.kind not in ("shell", "dockerfile"):
            return
        rules = [rule for rule in self.shell if self._judges(rule, part)]
        asks = bool(self.requests) and part.kind == "shell" and "sagemaker" in part.text
        if self.selection.gated:
            rules = [r for r in rules if any(word in part.text for word in self._literals(r))]
        if not rules and not asks:
            return
        for script in dockerfile(part.text) if part.kind == "dockerfile" else (part.script,):
            for rule in rules:
                for match in rule.shell(script) if rule.shell is not None else ():
                    self._take(rule, match, cell, part)
            for request in in_shell(script, self.written.get(cell)) if asks else ():
                self._request(self.requests, replace(request, cell=cell), cell, part)

    def _settings(self, cell: int, part: Part) -> None:
        for rule in self.files:
            is_there = not self.selection.gated or self._triggers([rule], part.text)
            for match in rule.file(part.text) if rule.file is not None and is_there else ():
                self._take(rule, match, cell, part)

    def _request(self, rules: list[Rule], request: Request, cell: int, part: Part) -> None:
        for rule in rules:
            for match in rule.request(request) if rule.request is not None else ():
                self._take(rule, match, cell, part)

    def _judges(self, rule: Rule, part: Part) -> bool:
        if part.kind == "dockerfile":
            return rule.dockerfile
        return (rule.written or not part.written) and not (rule.shown and part.taken)

    # --- Python ---

    def _python(self, cell: PythonCell, part: Part | None) -> None:
        rules = self._reaching(cell)
        if not rules:
            return
        _ = cell.text  # the part of a cell that is only there for its names is made with it
        part = part or self.prepared[cell.number]
        for rule in rules:
            if rule.python is not None and self._judges(rule, part):
                for match in rule.python(cell):
                    # what is never reached is not done, but a secret stands there all the same
                    if rule.group == "secret" or not is_closed(cell, match.start):
                        self._take(rule, match, cell.index, part)
        asked = [rule for rule in rules if rule.request is not None]
        requests = in_python(cell) if asked else ()
        for request in (each for each in requests if not is_closed(cell, each.start)):
            self._request(asked, replace(request, defaults=self.defaults), cell.index, part)
        if self.runs_shell:
            self._commands([rule for rule in rules if self._judges(rule, part)], part, cell)

    def _commands(self, rules: list[Rule], part: Part, cell: PythonCell) -> None:
        for call in cell.calls() if rules else ():
            for script, in_place in scripts(call) if not is_closed(cell, call.start) else ():
                requests = [replace(request, cell=cell.index) for request in in_shell(script)]
                place = part if in_place else None
                for rule in rules:
                    if rule.shell is not None:
                        self._command(rule, rule.shell(script), call, place, part)
                    if rule.request is not None:
                        found = [match for each in requests for match in rule.request(each)]
                        self._command(rule, found, call, place, part)

    def _command(
        self, rule: Rule, matches: Iterable[Match], call: Call, place: Part | None, part: Part
    ) -> None:
        """What Python code gives to a shell or starts; found where it is written in the call, else
        at the call."""
        cell = call.cell.index
        for match in matches:
            if place is not None and match.start < match.end:
                self._take(rule, replace(match, extent=call.end), cell, place)
                continue
            moved = replace(match, start=call.start, end=call.end, fix=None, related=())
            own = part if part.alone else self.prepared.get(call.cell.number) or place
            self._take(rule, moved, cell, own)
            return  # one finding of a rule at one call
