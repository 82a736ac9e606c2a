"""SageMaker security controls, judged inside the notebook instance and shown where work happens.

Importing this package does nothing: no file, process, network or other import. Jupyter and IPython
find their hooks here, `GuardWidget` and `lint`; everything else is in the modules.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing's own would cost an import at every start of a server or kernel
if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell
    from jupyter_server.extension.application import ExtensionApp

    from .api import lint as lint
    from .widget import GuardWidget as GuardWidget


def __getattr__(name: str) -> object:
    """`GuardWidget` and `lint`, whose imports take a while, only for whoever asks for them."""
    if name == "lint":
        from .api import lint

        return lint
    if name == "GuardWidget":
        from .widget import GuardWidget

        return GuardWidget
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(shell: InteractiveShell) -> None:
    """`%load_ext jupyter_sm_guard`: from then on there is `%sm_guard`."""
    from .magics import load

    load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """`%unload_ext jupyter_sm_guard`."""
    from .magics import unload

    unload(shell)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-sm-guard"}]


def _jupyter_server_extension_points() -> list[dict[str, str | type[ExtensionApp]]]:
    from .server import SmGuardApp

    return [{"module": "jupyter_sm_guard", "app": SmGuardApp}]
