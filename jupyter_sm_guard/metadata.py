"""The metadata file that SageMaker lays on its machines: which resource do we run on?

`/opt/ml/metadata/resource-metadata.json` holds `ResourceArn` and `ResourceName` on a notebook
instance, and more keys in Studio (SageMaker developer guide, "Get notebook instance metadata" and
"Get app metadata"). ARNs are often lower-cased, so names come from `ResourceName`, and ARNs are
compared without regard to case.
"""

from __future__ import annotations

import json
import re
from typing import TypeGuard

from .host import Host, Unreadable
from .model import Reason, Resource, ResourceKind, Unknown
from .redaction import redacted

PATH = "/opt/ml/metadata/resource-metadata.json"
SOURCE = "resource-metadata.json"
INSTANCE_MARKERS = (
    "/etc/opt/ml/sagemaker-notebook-instance-version.txt",
    "/etc/opt/ml/sagemaker-notebook-instance-config.json",
)
STUDIO_MARKERS = ("/opt/.sagemakerinternal/internal-metadata.json", "/var/log/studio")

_ARN = re.compile(
    r"arn:(?P<partition>aws(?:-[a-z]+)*):sagemaker:(?P<region>[a-z]{2,4}(?:-[a-z]+)+-\d+)"
    r":(?P<account>\d{12}):(?P<type>[a-z0-9-]+)/(?P<rest>[!-~]+)",
    re.IGNORECASE | re.ASCII,
)
_RUNS_CODE = {
    *("training-job", "processing-job", "transform-job", "hyper-parameter-tuning-job"),
    *("automl-job", "labeling-job", "endpoint", "cluster"),
}
"""Types of SageMaker resources on whose machines code runs and that are no notebook instance."""

_NAME = re.compile(r"[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}", re.ASCII)

Classified = tuple[Resource, Unknown | None]
"""The resource and, where it could not be identified for certain, the reason."""


def classify(host: Host) -> Classified:
    """Say what this machine is. Never raises, never blocks.

    NOT_SAGEMAKER needs that neither the file nor any marker is there; a file that is damaged,
    unreadable or contradicted by a marker gives UNKNOWN with METADATA_DAMAGED, IDENTITY_MISMATCH
    or EVIDENCE_INCONSISTENT.
    """
    try:
        content = host.read(PATH)
        if content is None:
            return _without_file(host)
        resource = _read(content)
        markers = [marker for marker in INSTANCE_MARKERS if host.exists(marker)]
    except Unreadable as error:
        return _unknown(Reason.METADATA_DAMAGED, str(error))
    except _Damaged as error:
        return _unknown(error.reason, f"{PATH}: {error}")
    if resource.kind is ResourceKind.SAGEMAKER_OTHER and not _is_known_type(resource):
        detail = f"{PATH} names {resource.arn}, a kind of resource this version does not know"
        return resource, Unknown(Reason.UNKNOWN_VALUE, detail, SOURCE)
    if resource.kind is not ResourceKind.NOTEBOOK_INSTANCE and markers:
        return _unknown(
            Reason.EVIDENCE_INCONSISTENT,
            f"{PATH} names {resource.arn}, but {markers[0]} is a notebook instance's",
        )
    return resource, None


def _is_known_type(resource: Resource) -> bool:
    """Being another kind of machine needs proof: only a type that we know is one."""
    type_and_name = (resource.arn or "").split(":", 5)[-1]
    return type_and_name.split("/", 1)[0].lower() in _RUNS_CODE


class _Damaged(ValueError):
    def __init__(self, message: str, reason: Reason = Reason.METADATA_DAMAGED):
        super().__init__(message)
        self.reason = reason


def _unknown(reason: Reason, detail: str) -> Classified:
    return Resource(ResourceKind.UNKNOWN), Unknown(reason, detail, SOURCE)


def _without_file(host: Host) -> Classified:
    for marker in (*INSTANCE_MARKERS, *STUDIO_MARKERS):
        if host.exists(marker):
            return _unknown(Reason.METADATA_DAMAGED, f"{PATH} is missing, but {marker} is there")
    return Resource(ResourceKind.NOT_SAGEMAKER), None


def _read(content: bytes) -> Resource:
    try:
        data = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise _Damaged("is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise _Damaged(f"is not JSON (line {error.lineno}: {error.msg})") from None
    except _Damaged:
        raise
    except (ValueError, RecursionError):  # a number with thousands of digits; too deep
        raise _Damaged("is not usable JSON") from None
    if not isinstance(data, dict):
        raise _Damaged("is not a JSON object")
    arn, name = _clean(data.get("ResourceArn")), _clean(data.get("ResourceName"))
    match = _ARN.fullmatch(arn) if isinstance(arn, str) else None
    if match is None or not isinstance(arn, str):
        raise _Damaged(
            "has no ResourceArn of the form arn:PARTITION:sagemaker:REGION:ACCOUNT:TYPE/NAME"
        )
    kind = _kind(match["type"].lower(), data)
    if kind is ResourceKind.NOTEBOOK_INSTANCE:
        _check_name(name, match["rest"])
    app = data.get("AppType")
    return Resource(
        kind,
        arn=arn,
        name=name if _is_line(name) else match["rest"].rsplit("/", 1)[-1],
        region=match["region"].lower(),
        account=match["account"],
        partition=match["partition"].lower(),
        app=app if isinstance(app, str) and re.fullmatch(r"\w{1,40}", app) else None,
        domain=_studio_name(data, "DomainId", kind),
        space=_studio_name(data, "SpaceName", kind),
    )


def _studio_name(data: dict[str, object], key: str, kind: ResourceKind) -> str | None:
    """A name to ask AWS for; the ARN's are in lower case."""
    value = data.get(key)
    is_studio = kind in (ResourceKind.STUDIO, ResourceKind.UNIFIED_STUDIO)
    return value if is_studio and isinstance(value, str) and _NAME.fullmatch(value) else None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise _Damaged("says the same thing twice")
    return dict(pairs)


def _clean(value: object) -> object:
    """The value, which reports will show: nothing that looks like a secret."""
    if isinstance(value, str) and redacted(value) != value:
        raise _Damaged("holds what looks like a credential")
    return value


def _is_line(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and bool(re.fullmatch(r"[ -~]{1,256}", value))


def _kind(resource_type: str, data: dict[str, object]) -> ResourceKind:
    if resource_type == "notebook-instance":
        return ResourceKind.NOTEBOOK_INSTANCE
    if resource_type.startswith("notebook-instance"):
        raise _Damaged(f"names a resource of type {resource_type}, on which nothing runs")
    if resource_type not in ("app", "space"):
        return ResourceKind.SAGEMAKER_OTHER
    more = data.get("AdditionalMetadata")
    if isinstance(more, dict) and any(str(key).startswith("DataZone") for key in more):
        return ResourceKind.UNIFIED_STUDIO
    return ResourceKind.STUDIO


def _check_name(name: object, name_in_arn: str) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _Damaged("has no valid ResourceName")
    if name.casefold() != name_in_arn.casefold():
        raise _Damaged(
            f"ResourceName {name} is not the name in ResourceArn", Reason.IDENTITY_MISMATCH
        )
