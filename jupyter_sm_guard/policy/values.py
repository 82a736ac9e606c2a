"""The kinds of values in a policy. Each is how it is read and, beside that, the same as JSON
Schema: the schema that is shipped is made of these, so the two can't say different things.

What a schema can't express is checked by the reader alone: whether every character of a text can be
printed, and whether a day is in the calendar.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from ..model import Severity

Schema = Mapping[str, Any]

LONGEST_TEXT = 500
MOST_ENTRIES = 200
MOST_TARGETS = 10
"""Of the internet probe."""

RULE = r"[a-z0-9]+(-[a-z0-9]+)*"
TAG = r"[A-Za-z0-9 _.:/=+@-]"
"""A character of a tag's key or value as the guard reads it (AWS allows letters of all scripts)."""

_PORT = r"([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
_HOST = r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])"


@dataclass(frozen=True)
class Kind:
    """`read` takes a TOML value and raises ValueError with words that follow the key's name."""

    read: Callable[[Any], Any]
    schema: Schema


def matching(pattern: str, says: str, longest: int = 2048) -> Kind:
    """A text that `pattern` matches whole; one pattern for reader and schema."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or len(value) > longest or not re.fullmatch(pattern, value):
            raise ValueError(f"must be {says}")
        return value

    # Python's $ also matches before a last line break, other languages' does not
    return Kind(read, {"type": "string", "pattern": f"^({pattern})$(?!\\n)", "maxLength": longest})


def one_of(*words: str) -> Kind:
    """One of these words."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"must be {' or '.join(words)}")
        return value

    return Kind(read, {"enum": list(words)})


def number(least: int, most: int, unit: str) -> Kind:
    """A whole number of units."""

    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"must be a whole number of {unit} from {least} to {most}")
        return value

    return Kind(read, {"type": "integer", "minimum": least, "maximum": most})


def list_of(entry: Kind, what: str, most: int = MOST_ENTRIES) -> Kind:
    """A list with at least one entry, read to a tuple."""

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or not value:
            raise ValueError(f"must be a list of {what} with at least one entry")
        if len(value) > most:
            raise ValueError(f"has {len(value)} entries; {most} at most")
        return tuple(_entry(each) for each in value)

    def _entry(each: Any) -> Any:
        try:
            return entry.read(each)
        except ValueError as error:
            raise ValueError(f"has the entry {each!r:.80}, which {error}") from None

    return Kind(read, {"type": "array", "items": entry.schema, "minItems": 1, "maxItems": most})


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError("must be one line of text")
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"must be one line of text, at most {LONGEST_TEXT} characters of it")
    return value.strip()


def _day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"is {value}, a day that there is not") from None
    raise ValueError("must be a date such as 2027-01-31")


def _severity(value: Any) -> Severity:
    words = [severity.value.lower() for severity in Severity]
    if not isinstance(value, str) or value not in words:
        raise ValueError(f"must be {', '.join(words[:-1])} or {words[-1]}")
    return Severity(value.upper())


def check_name(controls: Collection[str]) -> Kind:
    """A control that is judged here, or a rule of the linter by its form."""

    def read(value: Any) -> str:
        if isinstance(value, str) and (value in controls or re.fullmatch(RULE, value)):
            return value
        folded = {known.casefold(): known for known in controls}
        close = get_close_matches(str(value).casefold(), folded, n=1)
        hint = f"; did you mean {folded[close[0]]}?" if close else " such as SageMaker.3"
        raise ValueError(f"must be a control that is judged here or a rule of the linter{hint}")

    schema = {"enum": list(controls)}, {"type": "string", "pattern": f"^({RULE})$(?!\\n)"}
    return Kind(read, {"anyOf": list(schema)})


FLAG = Kind(_flag, {"type": "boolean"})
_ONE_LINE = r"^(?=.*\S)[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$(?!\n)"
TEXT = Kind(_text, {"type": "string", "pattern": _ONE_LINE, "maxLength": LONGEST_TEXT})
TEXTS = list_of(TEXT, "texts")
DAY = Kind(
    _day,
    {"type": "string", "format": "date", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)"},
)
SEVERITY = Kind(_severity, {"enum": [severity.value.lower() for severity in Severity]})
LINK = matching(
    r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#][!-~]*)?", "a link like https://tickets.example.com"
)
PROXY = matching(
    rf"https?://([!-.0-?A-~]+@)?{_HOST}(:{_PORT})?/?", "a URL like http://proxy.internal:3128"
)
VERSION = matching(r"[0-9][0-9A-Za-z.+!]{0,63}", "a version of the guard like 0.1.0")
FILE = matching(r"/[^\x00-\x1f\x7f]*", "an absolute path")
TARGETS = list_of(
    matching(
        r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?:(443|80)", "a host and port 443 or 80"
    ),
    "targets",
    MOST_TARGETS,
)
RULES = list_of(
    matching(RULE, "a rule's name in small letters, like sudo-in-cell"), "names of rules"
)
SUBNETS = list_of(matching(r"subnet-[0-9a-zA-Z]{1,25}", "a subnet's id like subnet-0abc"), "ids")
GROUPS = list_of(matching(r"sg-[0-9a-zA-Z]{1,29}", "a security group's id like sg-0abc"), "ids")
KEY = matching(r"[a-zA-Z0-9:/_-]{1,2048}", "the ARN or id of a KMS key, or an alias")
KEYS = list_of(KEY, "keys")
INSTANCES = list_of(
    matching(r"[A-Za-z0-9*?_-]{1,63}", "an instance's name, in which * and ? are wildcards"),
    "names",
)
ARNS = list_of(
    matching(r"arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9/_.-]{1,256}",
             "the ARN of a SageMaker resource"), "ARNs"
)  # fmt: skip
REGIONS = list_of(
    matching(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}", "a Region like eu-central-1"), "Regions"
)
ACCOUNTS = list_of(matching(r"[0-9]{12}", "an account's 12 digits, in quotes"), "accounts")
TAG_VALUE = matching(rf"{TAG}{{0,256}}", "a tag's value, in plain letters")

PARAMETERS: Mapping[str, Kind] = {
    "approved_subnets": SUBNETS,
    "approved_security_groups": GROUPS,
    "approved_kms_keys": KEYS,
}
"""Parameters of controls that have a form of their own; the others are texts."""
