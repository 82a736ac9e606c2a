"""What stands where a credential is given: a password, key or token, or something else. Pure."""

from __future__ import annotations

import base64
import re

from .secrets import find, is_drawn, is_placeholder

_SECRET_NAME = re.compile(
    r"(?:AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)|HUGGING_FACE_HUB_TOKEN|KAGGLE_KEY|"
    r"[A-Z0-9_]{0,30}(?:_TOKEN|API_KEY|PASSWORD|CLIENT_SECRET))"
)
_NO_SECRETS = re.compile(
    r"(?i)(?:password|passwd|admin|postgres|root|true|false|none|null|bearer|empty|not[-_ ]?needed|"
    r"unused|local|ollama|test(?:ing)?|foo(?:bar)?|minio(?:admin)?)\d{0,4}!?|"
    r"[a-z]{1,20}[-_ ]password"
)
_VARIABLE = re.compile(
    r"(?i)(?:[a-z0-9_.]{0,40}[._])?(?:password|passwd|api_?key|client_?secret|secret_?key|"
    r"secret_?access_?key|(?:access|auth|api|bot|hf|github|gitlab|slack|bearer)_?token)"
)

HEADERS = (
    *("Authorization", "authorization", "api-key", "Api-Key", "API-Key", "API-KEY", "Auth-Token"),
    *("auth-token", "PRIVATE-TOKEN", "Private-Token", "private-token", "Subscription-Key"),
    "subscription-key",
)
"""The ends of the names of HTTP's headers that carry a credential."""
_SCHEMES = ("bearer", "token", "apikey", "api-key", "key")
_LONG_KEY = 16

_NAME_OF_THING = re.compile(r"[a-z]+(?:[-_.][a-z]+)*[-_.]?\d{0,4}")  # text-embedding-3


def is_named_credential(name: str | None, value: str | None) -> bool:
    """Whether a name that a notebook chose itself (`db_password`) stands for a credential: the name
    says so, and the value looks drawn at random, because such names often hold other things."""
    return (
        name is not None
        and value is not None
        and _VARIABLE.fullmatch(name) is not None
        and len(value) >= 8
        and any(map(str.isdigit, value))
        and any(map(str.isalpha, value))
        and not value.startswith(("/", "arn:", "s3://", "http", "projects/"))
        and is_drawn(value)
        and _NAME_OF_THING.fullmatch(value) is None
        and is_credential(value, name)
    )


def is_credential(value: str | None, name: str = "secret_access_key") -> bool:
    """Whether a text, given as a password, key or token of that name, is one, and none that `find`
    finds."""
    return (
        value is not None
        and len(value) <= 4000
        and " " not in value
        and value.isprintable()
        and not is_placeholder(value)
        and not _NO_SECRETS.fullmatch(value)
        and ("passw" in name.lower() or _is_key(value))
        and not find(f"{name}={value}" if len(value) == 40 else value)
    )


def _is_key(value: str) -> bool:
    """Whether a machine may have made it, as it does keys and tokens: `no-key-required` is none."""
    is_mixed = value.isalnum() and not (value.islower() or value.isupper())
    has_digit = any(map(str.isdigit, value))
    return (
        is_drawn(value)
        and _NAME_OF_THING.fullmatch(value) is None
        and (has_digit or (is_mixed and len(value) >= _LONG_KEY))
    )


def in_header(name: str, value: str) -> tuple[str, str]:
    """What a header of HTTP carries: a credential's name and the credential, without the scheme.
    Any other name and value as they are."""
    if not name.endswith(HEADERS):
        return name, value
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() == "basic":
        return "password", _password(rest)
    return "api_key", rest if scheme.lower() in _SCHEMES else value.strip()


def _password(encoded: str) -> str:
    """The password in `user:password` as Basic authentication encodes it."""
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def is_secret_name(name: str | None) -> bool:
    """Whether a variable of the environment is called as one that holds a credential."""
    return name is not None and _SECRET_NAME.fullmatch(name) is not None
