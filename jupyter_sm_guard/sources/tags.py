"""ListTags: the tags of this notebook instance. Asked only where a waiver of the policy goes by
tags, or where the policy turns it on.

Fact Tags: a JSON object of the tags that are written in plain letters, digits and ` _.:/=+@-`; the
others are left out, so a waiver can't go by them. AWS allows 50 tags a resource, and pages of 50 to
100 (SageMaker API reference, ListTags), so an answer that goes on is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..aws import Answer, call
from ..model import Fact, Known, Reason, ResourceKind, Unknown
from . import Context, Source

NAME = "ListTags"
FACT = "Tags"
_PLAIN = r"[A-Za-z0-9 _.:/=+@-]{0,256}"


def observe(context: Context) -> Mapping[str, Fact]:
    """Ask for the tags of the notebook instance we run on."""
    parameters = {"ResourceArn": context.resource.arn or "", "MaxResults": 100}
    answer = call(context.aws, "sagemaker", NAME, parameters, context.stage)
    if isinstance(answer, Unknown):
        return SOURCE.unknown(answer)
    return {FACT: _fact(answer)}


def _fact(answer: Answer) -> Fact:
    found = answer.body.get("Tags")
    if not isinstance(found, list) or not all(isinstance(tag, dict) for tag in found):
        return Unknown(Reason.BAD_RESPONSE, "AWS's answer has no list of tags", NAME)
    if answer.body.get("NextToken"):
        return Unknown(Reason.BAD_RESPONSE, "the answer goes on, on another page", NAME)
    tags = dict(sorted(_plain(found)))
    return Known(json.dumps(tags), NAME, answer.observed_at, answer.request_id)


def _plain(found: list[Any]) -> Iterator[tuple[str, str]]:
    for tag in found:
        key, value = tag.get("Key"), tag.get("Value")
        is_text = isinstance(key, str) and isinstance(value, str)
        if is_text and re.fullmatch(_PLAIN, key) and re.fullmatch(_PLAIN, value):
            yield key, value


SOURCE = Source(
    name="tags",
    label=NAME,
    facts=(FACT,),
    kinds=frozenset({ResourceKind.NOTEBOOK_INSTANCE}),
    observe=observe,
    opt_in=True,
)
