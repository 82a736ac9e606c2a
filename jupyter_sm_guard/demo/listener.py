"""A WSGI server on loopback that ends for certain, whatever its clients do.

werkzeug's own leaves threads behind that wait for a client which says nothing more.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HOST = "127.0.0.1"
_LOOK = 0.1  # seconds between two looks whether to end
_PATIENCE = 5.0  # seconds for a request that is being worked on; its client is gone by then


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the terminal belongs to the demo."""


class Listener(ThreadedWSGIServer):
    """Listens from its creation on, on a free port; `stop` ends its threads and connections."""

    def __init__(self, app: WSGIApplication):
        super().__init__(HOST, 0, app, _Quiet)
        self._busy: dict[threading.Thread, socket.socket] = {}
        self._busy_lock = threading.Lock()
        self._loop = threading.Thread(target=self.serve_forever, args=(_LOOK,), daemon=True)
        self._loop.start()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = threading.Thread(target=self._work, args=(request, client_address), daemon=True)
        with self._busy_lock:
            self._busy[thread] = request
        thread.start()

    def _work(self, request: Any, client_address: Any) -> None:
        try:
            self.process_request_thread(request, client_address)
        finally:
            with self._busy_lock:
                del self._busy[threading.current_thread()]

    def stop(self) -> None:
        """Take no more requests, drop those at work, and wait until their threads have ended."""
        self.shutdown()
        self._loop.join()
        with self._busy_lock:
            busy = dict(self._busy)
        for connection in busy.values():
            with contextlib.suppress(OSError):  # it has just ended by itself
                connection.shutdown(socket.SHUT_RDWR)
        for thread in busy:
            thread.join(_PATIENCE)
