"""Rules: one file each, named by what is wrong; each looks at cells that are already understood.

A rule's docstring is its text for people: the title, then *What it checks*, *Why it matters* and
*How to fix*. A rule never reads a file, imports what it reads about or runs anything: it is given
a Python cell, a shell script, a text or a request to SageMaker, and yields matches.
"""

from ..rule import Edit, Example, Fix, Match, Related, Rule, example, rule

__all__ = ["Edit", "Example", "Fix", "Match", "Related", "Rule", "example", "rule"]
