"""What can go wrong with a call to AWS, for the demo's AWS to do on demand."""

from __future__ import annotations

from enum import Enum


class Behaviour(str, Enum):
    """How one operation is answered from now on, instead of as AWS would."""

    DENY = "deny"
    """AccessDeniedException (HTTP 400) that names the action and the resource."""

    THROTTLE = "throttle"
    """ThrottlingException (HTTP 400)."""

    HANG = "hang"
    """The request is taken and never answered."""

    EXPIRED = "expired"
    """ExpiredTokenException (HTTP 400), as for credentials past their time."""

    ERROR = "error"
    """InternalFailure (HTTP 500)."""
