"""The Jupyter server extension: answers from memory, checks in the background.

What only an answer or a check needs is imported where it is used: a server's start does not wait
for it.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.extension.application import ExtensionApp
from traitlets import Float, TraitError, Unicode, validate

from ..evaluator import Evaluator, Result
from ..place import Place, endpoint_url, folder

if TYPE_CHECKING:
    from jupyter_events import EventLogger
    from tornado.ioloop import IOLoop

    from ..attention import Memory
    from ..latest import Fixed
    from .linting import Linting

EVENT = "https://jupyter-sm-guard.readthedocs.io/events/report_changed"
EVENT_SCHEMA = Path(__file__).parent.parent / "schemas" / "report_changed.yaml"

LONGEST_SETTING = 86400.0


class SmGuardApp(ExtensionApp):
    """Judges the SageMaker security controls of the machine that this server runs on."""

    name = "jupyter_sm_guard"
    description = "SageMaker security controls, judged inside the notebook instance"

    root = Unicode("", help="A folder that stands in for /, for tests and demos.").tag(config=True)
    endpoint_url = Unicode("", help="Another AWS, for tests and demos.").tag(config=True)
    interval = Float(
        900.0, help="Seconds between two checks; the admin's policy overrides it."
    ).tag(config=True)

    evaluator: Evaluator
    longest_snooze_days: int
    _fixed: Fixed | None
    _place: Place
    _memory: Memory | None
    _report_json: str | None
    _linting: Linting | None

    @property
    def memory(self) -> Memory:
        """What the user was told and wished; made when it is first asked for."""
        with self._making:
            if self._memory is None:
                from ..attention import Memory

                self._memory = Memory(self._place)
            return self._memory

    @property
    def linting(self) -> Linting:
        """The process that lints what is open; made when it is first asked for."""
        if self._linting is None:
            from .linting import Linting

            self._linting = Linting(self.root)
        return self._linting

    def lint_posture(self) -> list[str] | None:
        """What the latest report proves of this instance; None where nothing is known, and the
        settings beside a file decide."""
        from ..linter.posture import of_report

        return sorted(of_report(self.evaluator.report)) or None

    def latest_json(self) -> str:
        """The `Latest` as JSON; its report is written once, however often it is asked for."""
        from ..latest import Fixed
        from ..wire import to_json

        evaluator = self.evaluator
        if self._report_json is None:
            self._report_json = json.dumps(to_json(evaluator.report))
        attention = self.memory.attention(evaluator.report, self.longest_snooze_days)
        rest = {
            "running": evaluator.running,
            "age_s": evaluator.age(),
            "next_s": evaluator.due(),
            "history": to_json(evaluator.history),
            "attention": to_json(attention),
            "fixed": to_json(self._fixed or Fixed()),
        }
        return f'{{"report": {self._report_json}, {json.dumps(rest)[1:]}'

    @validate("endpoint_url")
    def _valid_endpoint(self, proposal: Any) -> str:
        try:
            return endpoint_url(proposal.value) if proposal.value else ""
        except ValueError as error:
            raise TraitError(str(error)) from None

    @validate("root")
    def _valid_root(self, proposal: Any) -> str:
        try:
            return str(folder(proposal.value)) if proposal.value else ""
        except ValueError as error:
            raise TraitError(f"SmGuardApp.root: {error}") from None

    @validate("interval")
    def _valid_interval(self, proposal: Any) -> float:
        if not 1 <= proposal.value <= LONGEST_SETTING:  # also refuses what is not a number
            raise TraitError("SmGuardApp.interval must be from 1 second to a day")
        return float(proposal.value)

    @property
    def _server(self) -> Any:
        """The server that loaded us; traitlets knows it only as something that may be None."""
        return self.serverapp

    def initialize_settings(self) -> None:
        """Prepare the first answer and the first check, which starts after the server has."""
        # now, not with the first event: a page that subscribes earlier would never hear of any
        self._server.event_logger.register_event_schema(EVENT_SCHEMA)
        self._making = threading.Lock()
        self._memory = None
        self._report_json = None
        self._fixed = None
        self._linting = None
        self.longest_snooze_days = 0
        loop: IOLoop = self._server.io_loop
        self._place = Place(Path(self.root) if self.root else None, self.endpoint_url or None)
        self.evaluator = Evaluator(loop, self._place, self.interval, self._announce, self._keep)
        self.evaluator.start()

    def initialize_handlers(self) -> None:
        """Our routes; the extension adds the server's base URL."""
        from .routes import ROUTES

        self.handlers.extend(ROUTES)

    async def stop_extension(self) -> None:
        """Start no more checks, and lint no more."""
        self.evaluator.stop()
        if self._linting is not None:
            self._linting.end()

    def tell_browsers(self, changed: tuple[str, ...] = ()) -> None:
        """Have every page that is open read the report again."""
        from ..model import rfc3339

        events: EventLogger = self._server.event_logger
        observed_at = rfc3339(self.evaluator.report.observed_at)
        data = {"observed_at": observed_at, "changed": list(changed)}
        events.emit(schema_id=EVENT, data=data)

    def _keep(self, result: Result) -> None:
        """Write down what must survive, in the thread that checked."""
        from .. import store

        if result.policy is not None:
            self._fixed = result.policy.fixed
            self.longest_snooze_days = result.policy.longest_snooze_days
        kept = self.memory.observe(result.report)
        try:  # what the collector reported is read where it wrote it
            if result.report.collector is None:
                store.write(result.report, store.default_path())
        except OSError:
            kept = False
        if not kept:  # read-only or full: memory is enough to go on
            self.log.debug("jupyter_sm_guard could not keep its report")

    def _announce(self, result: Result, changed: tuple[str, ...]) -> None:
        """Tell the log and the browsers of a new report, unless the admin turned that off."""
        self._report_json = None
        if result.policy is None or result.policy.log:
            self.log.info("jupyter_sm_guard %s", json.dumps(_log_record(result, changed)))
        if result.policy is None or result.policy.events:
            self.tell_browsers(changed)


def _log_record(result: Result, changed: tuple[str, ...]) -> dict[str, Any]:
    """One line per evaluation, for CloudWatch metric filters over a fleet; nothing secret."""
    from ..model import rfc3339

    report = result.report
    return {
        "event": "evaluation",
        "schema": report.schema,
        "version": report.version,
        "resource": report.resource.arn,
        "kind": report.resource.kind.value,
        "observed_at": rfc3339(report.observed_at),
        "duration_s": round(result.duration, 3),
        "status": {f.check: f.status.value for f in report.findings},
        "waived": {f.check: rfc3339(f.waiver.until) for f in report.findings if f.waiver},
        "reason": {f.check: f.reason.value for f in report.findings if f.reason is not None},
        "changed": list(changed),
        "integrity": [flag.flag for flag in report.integrity],
        "collector": report.collector.user if report.collector is not None else None,
    }
