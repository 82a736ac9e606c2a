"""GetCallerIdentity: who AWS takes us for.

Facts: CallerAccount (12 digits) and CallerArn, without the name of the session, which may be a
person's. STS answers this to everybody whose credentials are valid, whatever the policies say (STS
API reference, GetCallerIdentity), from the Region's own endpoint.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..aws import call
from ..model import Fact, Reason, ResourceKind, Unknown
from . import Context, Source, vouched

NAME = "GetCallerIdentity"

_ACCOUNT = r"\d{12}"
_ARN = (
    r"arn:aws[a-z-]{0,20}:(?:iam|sts)::\d{12}:"
    r"(?:root|(?:assumed-role|user|federated-user|role)/[a-zA-Z0-9+=,.@_/-]{1,600})"
)
_WITH_SESSION = r"(arn:[^:]*:sts::\d{12}:(?:assumed-role/[^/]+|federated-user))/.*"


def observe(context: Context) -> Mapping[str, Fact]:
    """Ask whose credentials these are."""
    answer = call(context.aws, "sts", NAME, {}, context.stage)
    if isinstance(answer, Unknown):
        return SOURCE.unknown(answer)
    account, arn = answer.body.get("Account"), answer.body.get("Arn")
    if not isinstance(arn, str) or arn.split(":")[4:5] != [account]:
        why = Unknown(Reason.BAD_RESPONSE, "the answer's ARN is not one of its account")
        return SOURCE.unknown(why)
    short = re.sub(_WITH_SESSION, r"\1", arn) if re.fullmatch(_ARN, arn, re.ASCII) else ""
    return {
        "CallerAccount": vouched("Account", account, _ACCOUNT, NAME, answer),
        "CallerArn": vouched("Arn", short, r"arn:.+", NAME, answer),
    }


SOURCE = Source(
    name="identity",
    label=NAME,
    facts=("CallerAccount", "CallerArn"),
    kinds=frozenset(
        {ResourceKind.NOTEBOOK_INSTANCE, ResourceKind.STUDIO, ResourceKind.UNIFIED_STUDIO}
    ),
    observe=observe,
    opt_in=True,
)
