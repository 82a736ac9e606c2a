"""The routes under `{base_url}jupyter-sm-guard/`.

Every one needs an authenticated and authorised user (resource `jupyter_sm_guard`). A GET changes
nothing; what changes something is guarded by XSRF and returns at once or waits in a thread. None
counts as activity.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

if TYPE_CHECKING:
    from . import SmGuardApp

BODY_LIMIT = 4096
"""Bytes of a request; the longest that makes sense has a few hundred."""

_ERRORS = {
    400: ("BAD_REQUEST", "The request's body is not what this route takes."),
    403: ("FORBIDDEN", "You may not do this on this server."),
    404: ("NOT_FOUND", "There is no such thing here."),
    405: ("WRONG_METHOD", "This can't be done here."),
    413: ("TOO_LARGE", "The request is too large."),
    409: ("CONFLICT", "The request does not fit what was sent before; send everything."),
    422: ("SETTINGS", "The linter's settings beside the file are wrong."),
    429: ("TOO_SOON", "This was asked for a moment ago."),
    503: ("NOT_NOW", "The linter did not answer; ask again later."),
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

    def body(self) -> dict[str, Any]:
        """The request's JSON object; 400 or 413 where it is none."""
        if len(self.request.body) > BODY_LIMIT:
            raise web.HTTPError(413)
        try:
            body = json.loads(self.request.body)
        except (ValueError, RecursionError):
            raise web.HTTPError(400) from None
        if not isinstance(body, dict):
            raise web.HTTPError(400)
        return body


class ReportHandler(_Handler):
    """The latest report, and the wish for a newer one."""

    @web.authenticated
    @authorized
    def get(self) -> None:
        """200 with a `Latest`, at once."""
        self.finish(self.app.latest_json())

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


class OutputHandler(_Handler):
    """The latest report, or its finding on one check, written down for somewhere else."""

    @web.authenticated
    @authorized
    async def get(self, form: str, check: str | None = None) -> None:
        """200 with the text, as `check --format` prints it; 404 for an unknown form or check."""
        from ..catalog import outputs
        from ..judge import aged
        from ..model import utc_now
        from ..outputs import Display

        output, report = outputs().get(form), aged(self.app.evaluator.report, utc_now())
        if check is not None:
            found = tuple(f for f in report.findings if f.check == check)
            report = replace(report, findings=found)
        if output is None or not report.findings:
            raise web.HTTPError(404)
        text = await asyncio.to_thread(output.render, report, Display())
        # whatever the form: as text, no browser takes it for a page
        self.finish(text, set_content_type="text/plain; charset=utf-8")


class ChecksHandler(_Handler):
    """The catalogue of controls."""

    @web.authenticated
    @authorized
    def get(self) -> None:
        """200 with `{"checks": […]}`."""
        from ..catalog import controls
        from ..explain import as_json

        self.finish(json.dumps({"checks": [as_json(c) for c in controls().values()]}))


class CheckHandler(_Handler):
    """One control of the catalogue."""

    @web.authenticated
    @authorized
    def get(self, id: str) -> None:
        """200 with the control, 404 when there is none of that id."""
        from ..catalog import controls
        from ..explain import as_json

        control = controls().get(id)
        if control is None:
            raise web.HTTPError(404)
        self.finish(json.dumps(as_json(control)))


class NoticeHandler(_Handler):
    """The notice that is due."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """200 with `{"checks": […]}`: the checks to tell the user of now. Of several pages that ask
        only one gets them; empty when no notice is due (any more)."""
        app = self.app
        days = app.longest_snooze_days
        checks = await asyncio.to_thread(app.memory.tell, app.evaluator.report, days)
        self.finish(json.dumps({"checks": checks}))


class SnoozeHandler(_Handler):
    """No notices for a while. Reports stay what they are."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Takes `{"days": 7, "reason": "…"}`; 200 with `{"kept": true}`, false where the wish lasts
        only as long as this server. 400 for more days than the admin allows."""
        from ..attention import LONGEST_REASON

        app, body = self.app, self.body()
        days, reason = body.get("days"), body.get("reason")
        if type(days) is not int or not 1 <= days <= app.longest_snooze_days:
            raise web.HTTPError(400)
        if not isinstance(reason, str) or not reason.strip() or not reason.isprintable():
            raise web.HTTPError(400)
        if len(reason) > LONGEST_REASON:
            raise web.HTTPError(400)
        report = app.evaluator.report
        kept = await asyncio.to_thread(app.memory.snooze, report, days, reason.strip())
        app.tell_browsers()
        self.finish(json.dumps({"kept": kept}))

    @web.authenticated
    @authorized
    async def delete(self) -> None:
        """Ends it: 200 with `{"kept": …}`."""
        app = self.app
        kept = await asyncio.to_thread(app.memory.wake, app.evaluator.report)
        app.tell_browsers()
        self.finish(json.dumps({"kept": kept}))


class DismissalHandler(_Handler):
    """The warning on notebooks, put away until the verdict is another one."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Takes `{"verdict": "…"}`, the name that `attention` gave; 200 with `{"kept": …}`."""
        app, name = self.app, self.body().get("verdict")
        if not isinstance(name, str) or len(name) > 64:
            raise web.HTTPError(400)
        kept = await asyncio.to_thread(app.memory.dismiss, app.evaluator.report, name)
        app.tell_browsers()
        self.finish(json.dumps({"kept": kept}))


class _LintHandler(_Handler):
    """What both ways to lint share. Nothing of a document is kept on disk or in a log."""

    async def lint(self, body: bytes) -> None:
        """Answer with what the linter's process says."""
        app = self.app
        root = str(getattr(self.contents_manager, "root_dir", "") or "")
        status, answer = await app.linting.ask(app.lint_posture(), root, body)
        self.set_status(status)
        self.finish(answer, set_content_type="application/json")

    def too_hasty(self) -> bool:
        """Answers with 429 and Retry-After (seconds) more requests than typing makes."""
        if self.app.linting.may_ask():
            return False
        self.set_header("Retry-After", "1")
        self.set_status(429)
        self.write_error(429)
        return True


class LintHandler(_LintHandler):
    """A document as an editor has it."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Takes what `linter.editing` reads; 200 with the findings that changed. 409: send the
        whole document; 413, 429, 503: it is too large, too often, or takes too long."""
        from .linting import BODY_LIMIT as LINT_LIMIT

        if len(self.request.body) > LINT_LIMIT:
            raise web.HTTPError(413)
        if not self.too_hasty():
            await self.lint(self.request.body)


class LintFileHandler(_LintHandler):
    """A file as it is saved."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Takes `{"path": "…"}` and what else `linter.editing` reads of a file; 200 with its
        findings, 404 where there is no such file."""
        from .linting import content_of

        given = self.body()
        if not isinstance(given.get("path"), str):
            raise web.HTTPError(400)
        if not self.too_hasty():
            await self.lint(await content_of(self.contents_manager, given))


ROUTES = [
    (r"/jupyter-sm-guard/report", ReportHandler),
    (r"/jupyter-sm-guard/report/([a-z]{1,20})", OutputHandler),
    (r"/jupyter-sm-guard/report/([a-z]{1,20})/([A-Za-z0-9.]{1,80})", OutputHandler),
    (r"/jupyter-sm-guard/checks", ChecksHandler),
    (r"/jupyter-sm-guard/checks/([A-Za-z0-9.]{1,80})", CheckHandler),
    (r"/jupyter-sm-guard/notice", NoticeHandler),
    (r"/jupyter-sm-guard/snooze", SnoozeHandler),
    (r"/jupyter-sm-guard/dismissal", DismissalHandler),
    (r"/jupyter-sm-guard/lint", LintHandler),
    (r"/jupyter-sm-guard/lint/file", LintFileHandler),
]
"""Patterns without the server's base URL, which the extension adds."""
