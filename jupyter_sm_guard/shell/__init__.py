"""Shell text understood: `!` lines, `%%bash` cells and `.sh` files as simple commands.

Pure: nothing is run, looked up or expanded. `parse(text)` gives the commands that a shell would
start, each with its words, their places in the text, what it reads from, and what started it
(`sudo`, `env`, `bash -c`); `argv(words)` does the same for a list of arguments, such as a
`subprocess` call's.
"""

from .commands import Command, Redirection, Script, argv, parse
from .dockerfile import dockerfile
from .dry import EXPLAINS, is_dry
from .given import for_file, for_python
from .options import Arguments, Option, read_arguments
from .words import UNKNOWN, Word
from .wrappers import SHELLS, Wrapper

__all__ = [
    "EXPLAINS",
    "SHELLS",
    "UNKNOWN",
    "Arguments",
    "Command",
    "Option",
    "Redirection",
    "Script",
    "Word",
    "Wrapper",
    "argv",
    "dockerfile",
    "for_file",
    "for_python",
    "is_dry",
    "parse",
    "read_arguments",
]
