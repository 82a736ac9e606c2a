"""Sources: one file each, each asks one thing of the world and answers with facts.

They run in the collector's child process, side by side, and may take until it is killed. A source
never raises for what the world does to it: every failure is an Unknown with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from ..aws import Answer, Aws, Stage
from ..host import Host
from ..model import Fact, Known, Reason, Resource, ResourceKind, Unknown


@dataclass(frozen=True)
class Context:
    """What a source may use: the machine, the way to AWS, the resource we run on, and `stage`,
    to be told what the source is about to wait for. `earlier` are the facts of the source that it
    comes after, `targets` what the policy lets the internet probe connect to."""

    host: Host
    aws: Aws
    resource: Resource
    stage: Stage
    earlier: Mapping[str, Fact] = field(default_factory=dict)
    targets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """One source. `name` is its file and its key among the policy's probes, `label` what people
    know it by, `facts` what it answers with, `kinds` the resources it can be asked about.

    `opt_in` sources are asked only where the policy turns them on: those that need permissions or
    make themselves noticed. One that comes `after` another (a name) is started when that has ended,
    and reads its facts in `Context.earlier`. Facts of a source with `keep` are kept that long.
    `of_user` are the facts about whoever asks, and the environment they ask from.
    """

    name: str
    label: str
    facts: tuple[str, ...]
    kinds: frozenset[ResourceKind]
    observe: Callable[[Context], Mapping[str, Fact]]
    opt_in: bool = False
    after: str | None = None
    keep: timedelta | None = None
    of_user: tuple[str, ...] = ()

    def unknown(self, why: Unknown) -> Mapping[str, Fact]:
        """All facts of this source unknown, for one reason."""
        return {fact: replace(why, source=self.label) for fact in self.facts}


def vouched(name: str, value: object, pattern: str, label: str, answer: Answer) -> Fact:
    """The value of a verified answer as a fact, where it is a text that `pattern` matches whole;
    Unknown (FIELD_MISSING, UNKNOWN_VALUE) otherwise. So no free text of AWS becomes a fact."""
    if value is None:
        return Unknown(Reason.FIELD_MISSING, f"AWS's answer has no {name}", label)
    if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
        detail = f"{name} has a value that the API does not allow"
        return Unknown(Reason.UNKNOWN_VALUE, detail, label)
    return Known(value, label, answer.observed_at, answer.request_id)
