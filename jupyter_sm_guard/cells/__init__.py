"""A cell as IPython sees it: which of it is Python, which is shell, which is another file's text.

IPython turns its own syntax into Python one piece at a time and reads the whole cell again after
each; here it is one pass from left to right, so the time is linear in the cell's length. What is no
Python is blanked in place, so that every position stays what it is in the notebook.
"""

from .magics import bare_commands, is_cell_magic, parts, script_parts
from .part import Part

__all__ = ["Part", "bare_commands", "is_cell_magic", "parts", "script_parts"]
