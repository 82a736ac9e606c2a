"""A whole run: which files under which settings, their results, one report."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from .. import catalog, gate, remembered
from .._version import VERSION
from ..gate import Entry
from ..lint_report import LintFinding, LintReport, RuleNote, Skip
from ..metadata import classify
from ..model import SCHEMA, IntegrityFlag, Resource, ResourceKind, Waiver, natural, utc_now
from ..notebook import DocumentError, kind_of
from ..place import Place
from ..policy import FOLDER, PATH, Policy, load
from ..policy.waivers import in_force
from . import baseline, defaults, pool, posture, results
from .cache import Cache, state_of
from .files import content_of, found_in
from .selection import Selection
from .settings import Settings, SettingsError, nearest, selects, unknown_word

MANY = 30
"""Files from which on it pays to have all rules and the gate's one pass at hand."""


def quiet(done: int, total: int) -> None:
    """Progress that nobody wants to see."""
    del done, total


@dataclass(frozen=True)
class Wish:
    """What a run is asked for; None and empty leave it to the settings beside the files."""

    paths: tuple[str, ...]
    stdin: bytes | None = None
    stdin_filename: str = "stdin.ipynb"
    profile: str | None = None
    posture: tuple[str, ...] | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    baseline: str | None = None
    show_unknown: bool = False
    cached: bool = True
    jobs: int = 1
    isolated: bool = False
    progress: Callable[[int, int], None] = field(default=quiet, compare=False)


def lint(wish: Wish, place: Place | None = None) -> LintReport:
    """Lint what is wished. Raises SettingsError, PostureError and BaselineError for wrong use, and
    nothing for what the files hold."""
    return Run(wish, place).report()


class Run:
    """One run. Raises SettingsError, PostureError and BaselineError for wrong use."""

    def __init__(self, wish: Wish, place: Place | None = None):
        self.wish = wish
        self.place = place or Place()
        self.linted: list[str] = []
        self.rules = gate.entries()
        self.waivers: dict[str, Waiver | None] = {}
        self.today = utc_now().date()
        self.defaults = defaults.load()
        self.policy = self._policy()
        self.mandatory = frozenset(self.policy.mandatory_rules) & set(self.rules)
        for name, severity in self.policy.lint.severities.items():
            if name in self.rules:
                self.rules[name].severity = severity.value
        self.by_folder: dict[str, Settings] = {}
        self.postures: dict[tuple[str, ...], tuple[frozenset[str], str]] = {}
        self.selections: dict[tuple[object, ...], Selection] = {}
        for word in (*wish.select, *wish.ignore):
            if problem := unknown_word(word, self.rules):
                raise SettingsError(f"--select or --ignore {problem}")

    def _policy(self) -> Policy:
        if not os.path.lexists(self.place.host.path(FOLDER)):
            return Policy()
        return load(self.place.host, catalog.vocabulary())

    def settings_for(self, path: str) -> Settings:
        """The settings of the nearest file, with what the command line says instead."""
        folder = os.path.abspath(path if os.path.isdir(path) else os.path.dirname(path) or ".")
        if folder not in self.by_folder:
            near = Settings() if self.wish.isolated else nearest(folder, self.rules)
            self.by_folder[folder] = replace(
                near,
                profile=self.wish.profile or near.profile,
                posture=self.wish.posture if self.wish.posture is not None else near.posture,
                select=self.wish.select or near.select,
                ignore=(*near.ignore, *self.wish.ignore),
            )
        return self.by_folder[folder]

    def posture_of(self, settings: Settings) -> tuple[frozenset[str], str]:
        """What is known of the machine, and who says so."""
        if settings.posture not in self.postures:
            words = settings.posture
            if len(words) == 1 and words[0].endswith(".json") and self.wish.posture is None:
                words = (os.path.join(settings.folder, words[0]),)
            self.postures[settings.posture] = posture.known(words, self.place)
        return self.postures[settings.posture]

    def selection_for(self, settings: Settings) -> Selection:
        """The rules that apply under these settings."""
        key = (settings.profile, settings.posture, settings.select, settings.ignore)
        if key not in self.selections:
            strict = "strict" in (settings.profile, self.policy.lint.profile)
            chosen = tuple(
                rule
                for rule in self.rules.values()
                if rule.name in self.mandatory or self._wanted(rule, settings, strict)
            )
            self.selections[key] = Selection(
                chosen,
                strict,
                self.posture_of(settings)[0],
                known=frozenset(self.rules),
                mandatory=self.mandatory,
                today=self.today,
                defaults=self.defaults,
            )
        return self.selections[key]

    def _wanted(self, rule: Entry, settings: Settings, strict: bool) -> bool:
        if (rule.strict and not strict) or rule.name in self.policy.lint.rules_off:
            return False
        if settings.select and not any(selects(word, rule) for word in settings.select):
            return False
        return not any(selects(word, rule) for word in settings.ignore)

    def report(self) -> LintReport:
        """Everything that the run gave."""
        files, skips = self._files()
        self.linted = files
        every: list[tuple[str, results.Plain]] = self._stdin() + self._results(files)
        findings: list[LintFinding] = []
        unknown, cells, suppressed = 0, 0, 0
        for path, plain in every:
            settings = self.settings_for(path)
            cells += plain["cells"]
            suppressed += plain["suppressed"]
            skips += results.skips(plain, path)
            shown = [*plain["found"], *(plain["unknown"] if self.wish.show_unknown else ())]
            unknown += len(plain["unknown"])
            for entry in shown:
                rule = self.rules[entry["check"]]
                if rule.name not in self.mandatory and settings.ignored(
                    path, rule.name, self.today
                ):
                    suppressed += 1
                else:
                    found = results.finding(entry, path, rule)
                    findings.append(replace(found, waiver=self._waiver(rule.name)))
        findings.sort(key=_order)
        held, kept = self._baseline(findings)
        return self._made(kept, skips, len(every), cells, (unknown, suppressed, held))

    def depends_on(self) -> list[str] | None:
        """The files and folders that decided what the report says; None where more did."""
        for words in self.postures:
            if words not in (("auto",), ("none",), ()) and any("." in word for word in words):
                return None  # a report's file
        baselines = [self.wish.baseline, *(
            s.baseline and os.path.join(s.folder, s.baseline) for s in self.by_folder.values()
        )]  # fmt: skip
        around = remembered.around(self.wish.paths, self.linted)
        return [*around, *(path for path in baselines if path)]

    def _waiver(self, rule: str) -> Waiver | None:
        """The admin's exception of a rule on this machine. Nobody is asked for tags here, so a
        waiver that goes by them does not apply."""
        if not self.policy.waivers:
            return None
        if rule not in self.waivers:
            resource = classify(self.place.host)[0]
            self.waivers[rule] = in_force(self.policy, rule, resource, None, utc_now())
        return self.waivers[rule]

    def _made(
        self,
        findings: list[LintFinding],
        skips: list[Skip],
        files: int,
        cells: int,
        counts: tuple[int, int, int],
    ) -> LintReport:
        knowledge = [self.posture_of(s) for s in self.by_folder.values()]
        known = sorted({word for words, _ in knowledge for word in words})
        profiles = sorted({settings.profile for settings in self.by_folder.values()})
        if self.policy.lint.profile == "strict":
            profiles = ["strict"]
        named = {finding.check for finding in findings}
        loaded = {name: catalog.rule(name) for name in named}
        notes = {n: RuleNote(r.title, r.why, r.how) for n, r in loaded.items()}
        return LintReport(
            schema=SCHEMA,
            kind="lint",
            version=VERSION,
            resource=self._resource(),
            observed_at=utc_now(),
            integrity=self._integrity(),
            findings=tuple(findings),
            turned_off=self.policy.lint.rules_off,
            contact=self.policy.contact,
            files=files,
            cells=cells,
            skipped=tuple(sorted(skips, key=lambda skip: (skip.path, natural(skip.reason)))),
            unknown=counts[0],
            suppressed=counts[1],
            in_baseline=counts[2],
            posture=tuple(known),
            profile=", ".join(profiles) or "default",
            rules=tuple(sorted(notes.items())),
        )

    def _resource(self) -> Resource:
        if any(words == ("auto",) for words in self.postures):
            return classify(self.place.host)[0]
        return Resource(ResourceKind.UNKNOWN)

    def _integrity(self) -> tuple[IntegrityFlag, ...]:
        flags = []
        if self.policy.problem is not None:
            flags.append(IntegrityFlag("policy", self.policy.problem))
        missing = sorted(set(self.policy.mandatory_rules) - set(self.rules))
        if missing:
            detail = (
                f"{PATH} makes {', '.join(missing)} mandatory, which this version does not know"
            )
            flags.append(IntegrityFlag("mandatory-rules", detail))
        return tuple(flags)

    def _baseline(self, findings: list[LintFinding]) -> tuple[int, list[LintFinding]]:
        name = self.wish.baseline
        if name is None:
            for settings in self.by_folder.values():
                if settings.baseline is not None:
                    name = os.path.join(settings.folder, settings.baseline)
        if name is None:
            return 0, findings
        path = Path(name)
        kept = baseline.new(findings, baseline.read(path), path, self.mandatory)
        return len(findings) - len(kept), kept

    def _files(self) -> tuple[list[str], list[Skip]]:
        files, skips = [], []
        for path, problem in found_in(
            self.wish.paths, lambda path: self.settings_for(path).excluded(path)
        ):
            if problem:
                skips.append(Skip(path, problem))
            else:
                files.append(path)
        return files, skips

    def _stdin(self) -> list[tuple[str, results.Plain]]:
        if self.wish.stdin is None:
            return []
        path = self.wish.stdin_filename
        selection = self.selection_for(self.settings_for(path))
        kind = kind_of(path) or "notebook"
        return [(path, results.of_bytes(self.wish.stdin, path, kind, selection))]

    def _results(self, files: list[str]) -> list[tuple[str, results.Plain]]:
        """Every file's result: from the cache where it has not changed, else made now."""
        selections = {path: self.selection_for(self.settings_for(path)) for path in files}
        caches = self._caches(selections.values())
        every: dict[str, results.Plain] = {}
        states = {}
        for path in files:
            cache = caches.get(id(selections[path]))
            found = cache.get(path) if cache is not None else None
            if found is not None:
                every[path] = found
            else:
                states[path] = state_of(path)
        # the largest first, so that no process is left alone with one at the end
        waiting = sorted(states, key=lambda path: -(states[path] or [0, 0, 0])[2])

        def done(number: int) -> None:
            self.wish.progress(number, len(waiting))

        if len(waiting) > MANY:
            _prepare(selections.values())
        work = partial(_linted, selections)
        for path, result in pool.spread(waiting, work, self.wish.jobs, done):
            every[path] = result or results.skipped("ended the process that read it")
            cache = caches.get(id(selections[path]))
            if cache is not None and result is not None:
                cache.put(path, states[path], result)
        for cache in caches.values():
            cache.write()
        return [(path, every[path]) for path in files]

    def _caches(self, selections: Iterable[Selection]) -> dict[int, Cache]:
        if not self.wish.cached:
            return {}
        return {id(s): Cache(_key(s)) for s in {id(s): s for s in selections}.values()}


def _prepare(selections: Iterable[Selection]) -> None:
    """What every process that reads files would have to do for itself."""
    for selection in {id(s): s for s in selections}.values():
        selection.gate.for_many()
        for entry in selection.applied:
            selection.load(entry.name)


def _linted(selections: Mapping[str, Selection], path: str) -> results.Plain:
    try:
        return results.of_bytes(content_of(path), path, None, selections[path])
    except DocumentError as error:
        return results.skipped(str(error))


def _key(selection: Selection) -> str:
    """Everything besides the files that results depend on."""
    return repr(
        ([entry.name for entry in selection.entries], selection.strict, sorted(selection.posture),
         sorted(selection.mandatory), selection.today.isoformat(), repr(selection.defaults))
    )  # fmt: skip


def _order(finding: LintFinding) -> tuple[object, ...]:
    start = finding.file_range.start
    return finding.path, finding.cell.index, start.line, start.column, finding.check
