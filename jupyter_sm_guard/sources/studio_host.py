"""The file in which Studio keeps its own settings inside an app: a hint, and no more.

Fact AppNetworkAccessTypeHint: VpcOnly or PublicInternetOnly, as the app was started with. The file
is internal to SageMaker, has no contract, and whoever is root in the app can write it: absent or
odd it is Unknown, and present it proves nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..host import Unreadable
from ..model import Fact, Known, Reason, ResourceKind, Unknown, utc_now
from . import Context, Source

PATH = "/opt/.sagemakerinternal/internal-metadata.json"
FACT = "AppNetworkAccessTypeHint"


def observe(context: Context) -> Mapping[str, Fact]:
    """Read the file."""
    try:
        content = context.host.read(PATH)
    except Unreadable as error:
        return SOURCE.unknown(Unknown(Reason.NOT_FOUND, str(error)))
    if content is None:
        return SOURCE.unknown(Unknown(Reason.NOT_FOUND, f"there is no {PATH}"))
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return SOURCE.unknown(Unknown(Reason.BAD_RESPONSE, f"{PATH} is not JSON"))
    value = data.get("AppNetworkAccessType") if isinstance(data, dict) else None
    if value is None:
        return SOURCE.unknown(Unknown(Reason.FIELD_MISSING, f"{PATH} has no AppNetworkAccessType"))
    if value not in ("VpcOnly", "PublicInternetOnly"):
        detail = f"{PATH} has an unknown AppNetworkAccessType"
        return SOURCE.unknown(Unknown(Reason.UNKNOWN_VALUE, detail))
    return {FACT: Known(value, PATH, utc_now())}


SOURCE = Source(
    name="studio_host",
    label=PATH,
    facts=(FACT,),
    kinds=frozenset({ResourceKind.STUDIO, ResourceKind.UNIFIED_STUDIO}),
    observe=observe,
)
