"""Names across a whole notebook: what each stands for where it is used, without running anything.

Cells are taken to run from top to bottom. A name that is bound differently on different ways to the
same place is unknown, and so is whatever a loop or another module decides, or an argument that is
another one in each call.
"""

from .calls import Assignment, Call
from .cell import PythonCell
from .conditions import is_closed
from .each import each_of
from .notebook import Notebook, functions_in, has_class

__all__ = [
    "Assignment",
    "Call",
    "Notebook",
    "PythonCell",
    "each_of",
    "functions_in",
    "has_class",
    "is_closed",
]
