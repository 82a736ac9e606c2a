"""The Jupyter server extension: answers from memory, checks in the background.

Routes under `{base_url}jupyter-sm-guard/`: `GET report`, `POST report`, `GET checks`,
`GET checks/{id}`. Every one needs an authenticated and authorised user (resource
`jupyter_sm_guard`); a GET changes nothing and does not count as activity; POST is guarded by XSRF.
What only an answer or a check needs is imported where it is used: a server's start does not wait
for it.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.extension.application import ExtensionApp
from tornado import web
from traitlets import Float, TraitError, Unicode, validate

from .evaluator import Evaluator, Result
from .place import Place, endpoint_url, folder

if TYPE_CHECKING:
    from jupyter_events import EventLogger
    from tornado.ioloop import IOLoop

    from .model import Report

EVENT = "https://jupyter-sm-guard.readthedocs.io/events/report_changed"
EVENT_SCHEMA = Path(__file__).parent / "schemas" / "report_changed.yaml"

LONGEST_SETTING = 86400.0

_ERRORS = {
    403: ("FORBIDDEN", "You may not do this on this server."),
    404: ("NOT_FOUND", "There is no such thing here."),
    405: ("WRONG_METHOD", "This can't be done here."),
    429: ("TOO_SOON", "A check was asked for a moment ago."),
}


class _Handler(APIHandler):
    """What our handlers share. Verbs are decorated where they are defined: `authorized` remembers
    the resource of the first class that it is called for."""

    auth_resource = "jupyter_sm_guard"
    _track_activity = False  # an open panel must not keep an idle instance running

    @property
    def app(self) -> SmGuardApp:
        """The extension that this server loaded."""
        app: SmGuardApp = self.settings["jupyter_sm_guard"]
        return app

    def set_default_headers(self) -> None:
        """Nothing of ours is to be kept or guessed at by a browser."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")

    def write_error(self, status_code: int, **_: Any) -> None:
        """A reason code and fixed text: an exception's words never reach a client."""
        reason, message = _ERRORS.get(status_code, ("ERROR", "This request failed."))
        self.finish(json.dumps({"reason": reason, "message": message}))


class ReportHandler(_Handler):
    """The latest report, and the wish for a newer one."""

    @web.authenticated
    @authorized
    def get(self) -> None:
        """200 with `{"report": …, "running": …, "age_s": …}`, at once."""
        evaluator = self.app.evaluator
        rest = json.dumps({"running": evaluator.running, "age_s": evaluator.age()})
        self.finish(f'{{"report": {self.app.report_json}, {rest[1:]}')

    @web.authenticated
    @authorized
    def post(self) -> None:
        """202 when a check is on its way; 429 with Retry-After (seconds) when one was just asked
        for."""
        wait = self.app.evaluator.request()
        if wait is not None:
            self.set_header("Retry-After", str(int(wait) + 1))
            self.set_status(429)
            self.write_error(429)
            return
        self.set_status(202)
        self.finish(json.dumps({"running": self.app.evaluator.running}))


class ChecksHandler(_Handler):
    """The catalogue of controls."""

    @web.authenticated
    @authorized
    def get(self) -> None:
        """200 with `{"checks": […]}`."""
        from .catalog import controls
        from .explain import as_json

        self.finish(json.dumps({"checks": [as_json(c) for c in controls().values()]}))


class CheckHandler(_Handler):
    """One control of the catalogue."""

    @web.authenticated
    @authorized
    def get(self, id: str) -> None:
        """200 with the control, 404 when there is none of that id."""
        from .catalog import controls
        from .explain import as_json

        control = controls().get(id)
        if control is None:
            raise web.HTTPError(404)
        self.finish(json.dumps(as_json(control)))


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
    _report_json: str | None

    @property
    def report_json(self) -> str:
        """The latest report, written once however often it is asked for."""
        if self._report_json is None:
            from .wire import to_json

            self._report_json = json.dumps(to_json(self.evaluator.report))
        return self._report_json

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
        place = Place(Path(self.root) if self.root else None, self.endpoint_url or None)
        self._registered = False
        self._saving = threading.Lock()
        loop: IOLoop = self._server.io_loop
        self.evaluator = Evaluator(loop, place, self.interval, self._announce)
        self._report_json = None
        self.evaluator.start()

    def initialize_handlers(self) -> None:
        """Our routes; the extension adds the server's base URL."""
        self.handlers.extend(
            [
                (r"/jupyter-sm-guard/report", ReportHandler),
                (r"/jupyter-sm-guard/checks", ChecksHandler),
                (r"/jupyter-sm-guard/checks/([A-Za-z0-9.]{1,80})", CheckHandler),
            ]
        )

    async def stop_extension(self) -> None:
        """Start no more checks."""
        self.evaluator.stop()

    def _announce(self, result: Result, changed: tuple[str, ...]) -> None:
        """Tell the log, the browsers and the file of a new report."""
        from .model import rfc3339

        report = result.report
        self._report_json = None
        self.log.info("jupyter_sm_guard %s", json.dumps(_log_record(result, changed)))
        events: EventLogger = self._server.event_logger
        if not self._registered:
            events.register_event_schema(EVENT_SCHEMA)
            self._registered = True
        data = {"observed_at": rfc3339(report.observed_at), "changed": list(changed)}
        events.emit(schema_id=EVENT, data=data)
        threading.Thread(target=self._save, args=(report,), daemon=True).start()

    def _save(self, report: Report) -> None:
        from . import store

        with self._saving:
            try:
                store.write(report, store.default_path())
            except OSError as error:  # read-only or full: memory is enough to go on
                self.log.debug("jupyter_sm_guard could not keep its report: %s", error.strerror)


def _log_record(result: Result, changed: tuple[str, ...]) -> dict[str, Any]:
    """One line per evaluation, for CloudWatch metric filters over a fleet; nothing secret."""
    from .model import rfc3339

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
        "reason": {f.check: f.reason.value for f in report.findings if f.reason is not None},
        "changed": list(changed),
        "integrity": [flag.flag for flag in report.integrity],
    }
