"""The report in a notebook's output, with a button; made of stock ipywidgets.

It shows a moment and says which. Nothing in it runs by itself: a widget that refreshed itself would
keep the kernel busy, and with it an instance that should stop when idle.
"""

from __future__ import annotations

import threading
from typing import Any

from ipywidgets import HTML, Button, Layout, VBox

from . import guard
from .model import Report
from .place import Place

_REFRESH, _CHECKING = "Refresh", "Checking…"


class GuardWidget(VBox):  # type: ignore[misc]  # ipywidgets declares no types
    """The verdicts on this machine as of one moment: `report`'s, or else `guard.latest`'s.

    Without a place, the button looks at the one of `Place.of_environment`.
    """

    def __init__(self, report: Report | None = None, place: Place | None = None):
        self._place = Place.of_environment() if place is None else place
        self._report = guard.latest(self._place) if report is None else report
        self._checking: threading.Thread | None = None
        self._card = HTML()
        self._button = Button(
            description=_REFRESH,
            tooltip="Check again",
            layout=Layout(width="auto", min_height="24px", align_self="flex-start"),
        )
        self._button.on_click(lambda _: self.refresh())
        self._show()
        super().__init__([self._card, self._button])

    @property
    def report(self) -> Report:
        """What is shown."""
        return self._report

    def refresh(self) -> threading.Thread:
        """Check in a thread, so that the kernel stays free; the result replaces what is shown.

        Returns the thread, which ends with the check; while one runs, that one.
        """
        if self._checking is not None and self._checking.is_alive():
            return self._checking
        thread = threading.Thread(target=self._check, name="jupyter-sm-guard-widget", daemon=True)
        self._set_button(_CHECKING)
        try:
            thread.start()
        except RuntimeError:  # no more threads to be had: later, perhaps
            self._set_button(_REFRESH)
            raise
        self._checking = thread
        return thread

    def _check(self) -> None:
        try:
            self._report = guard.check_now(self._place)
            self._show()
        except Exception as error:  # noqa: BLE001  # nobody else would tell the user
            what = type(error).__name__
            self._card.value = f"<p>The check crashed ({what}); nothing is known now.</p>"
        finally:
            self._set_button(_REFRESH)

    def _set_button(self, word: str) -> None:
        self._button.disabled, self._button.description = word == _CHECKING, word

    def _show(self) -> None:
        self._card.value = guard.snapshot(self._report)["text/html"]

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """The widget for whoever can show it; text and HTML for whoever can't, or no longer."""
        self._show()  # it may have grown old since
        return {**(super()._repr_mimebundle_(**kwargs) or {}), **guard.snapshot(self._report)}

    def __repr__(self) -> str:
        return guard.snapshot(self._report)["text/plain"]
