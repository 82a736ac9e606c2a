"""What can be seen of this machine, by all the sources that a policy has asked."""

from __future__ import annotations

from collections.abc import Mapping

from . import catalog, collector, integrity, kept, metadata
from .collected import Apart
from .model import Evidence, Fact, Reason, Resource, Unknown
from .place import Place
from .policy import PATH, Policy
from .sources import Source


def observe(place: Place, policy: Policy, deadline: float, apart: Apart | None = None) -> Evidence:
    """All facts about this machine. Sources that the policy turned off yield Unknown."""
    resource, problem = metadata.classify(place.host)
    sources = {n: s for n, s in catalog.sources().items() if resource.kind in s.kinds}
    asked = asked_of(resource, policy)
    facts: dict[str, Fact] = {}
    for name in policy.probes_off & set(sources):
        why = Unknown(Reason.NOT_PERMITTED_BY_POLICY, f"{PATH} turns the source {name} off")
        facts.update(sources[name].unknown(why))
    for source in [s for s in asked.values() if s.after is not None and s.after not in asked]:
        detail = f"{PATH} turns off {source.after}, without which {source.name} has nothing to ask"
        facts.update(source.unknown(Unknown(Reason.NOT_PERMITTED_BY_POLICY, detail)))
    folder = apart.folder if apart is not None else None
    for source in asked.values():
        keeps = source.keep is not None
        facts.update((kept.recall(source, resource, place, folder) if keeps else None) or {})
        if apart is not None:
            facts.update({name: apart.told[name] for name in source.of_user})
    now = {n: s for n, s in asked.items() if not set(s.facts) <= set(facts)}
    found = _collect(now, resource, place, policy, deadline).facts
    facts = {**found, **facts}
    for source in now.values():
        if source.keep is not None:
            kept.keep(source, resource, place, {n: facts[n] for n in source.facts}, folder)
    flags = integrity.flags(place) if apart is None else integrity.flags_for_all(place)
    return Evidence(resource, problem, facts, integrity=flags, asked=frozenset(asked))


def ask(place: Place, policy: Policy, deadline: float) -> collector.Collected:
    """The answers and times of every source that a check may ask here, asked now: what was kept of
    them counts for nothing, and nothing is kept."""
    resource, _ = metadata.classify(place.host)
    return _collect(asked_of(resource, policy), resource, place, policy, deadline)


def tags_of(place: Place, policy: Policy, deadline: float = collector.DEADLINE) -> Fact | None:
    """The fact that waivers may go by, asked now; None where no waiver does, or none can be had."""
    resource, _ = metadata.classify(place.host)
    source = catalog.sources()["tags"]
    if not policy.asks_for_tags or resource.kind not in source.kinds:
        return None
    return _collect({"tags": source}, resource, place, policy, deadline).facts.get("Tags")


def probes_of(policy: Policy) -> dict[str, bool]:
    """Which sources this policy has asked, where there is something for them to be asked about."""
    return {name: _is_asked(source, policy) for name, source in catalog.sources().items()}


def _collect(
    sources: Mapping[str, Source],
    resource: Resource,
    place: Place,
    policy: Policy,
    deadline: float,
) -> collector.Collected:
    if not sources:
        return collector.Collected({}, {})
    bundle = str(place.host.path(policy.ca_bundle)) if policy.ca_bundle else None
    aws = collector.reach(place.host, resource, place.endpoint_url, policy.proxy, bundle)
    targets = policy.internet_targets
    return collector.collect(sources, place.host, resource, aws, deadline, targets)


def asked_of(resource: Resource, policy: Policy) -> dict[str, Source]:
    """The sources that this policy has asked about such a resource."""
    sources = catalog.sources().items()
    return {n: s for n, s in sources if resource.kind in s.kinds and _is_asked(s, policy)}


def _is_asked(source: Source, policy: Policy) -> bool:
    """Naming targets is what turns the internet probe on, and a waiver that goes by tags the
    question for these."""
    if source.opt_in:
        has_targets = source.name == "internet" and bool(policy.internet_targets)
        is_needed = source.name == "tags" and policy.asks_for_tags
        return source.name in policy.probes_on or has_targets or is_needed
    return source.name not in policy.probes_off
