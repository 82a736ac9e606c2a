"""SageMaker security controls, judged inside the notebook instance and shown where work happens.

Importing this package does nothing: no file, process, network or other import. Jupyter finds its
hooks here; everything else is in the modules.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing's own would cost an import at every start of a server or kernel
if TYPE_CHECKING:
    from jupyter_server.extension.application import ExtensionApp


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-sm-guard"}]


def _jupyter_server_extension_points() -> list[dict[str, str | type[ExtensionApp]]]:
    from .server import SmGuardApp

    return [{"module": "jupyter_sm_guard", "app": SmGuardApp}]
