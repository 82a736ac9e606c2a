"""Asking AWS how things are, and carrying a plan out, so that it is clear afterwards what was
changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..aws.admin import Admin, Refused
from .plan import NAME, Plan

Found = Mapping[str, Any]


def config_of(admin: Admin, name: str) -> Found | None:
    """The lifecycle configuration as AWS describes it, None where there is none. Raises Refused."""
    operation = "DescribeNotebookInstanceLifecycleConfig"
    try:
        return admin.call("sagemaker", operation, **{NAME: name})
    except Refused as refused:
        if refused.is_missing:
            return None
        raise


def instances_of(admin: Admin, names: Iterable[str]) -> list[Found]:
    """The notebook instances as AWS describes them. Raises Refused for the first that it does
    not."""
    return [_described(admin, name) for name in dict.fromkeys(names)]


def _described(admin: Admin, name: str) -> Found:
    try:
        return admin.call("sagemaker", "DescribeNotebookInstance", NotebookInstanceName=name)
    except Refused as refused:
        what = f"notebook instance {name}: {refused.what}"
        raise Refused(refused.action, refused.code, what, refused.remedy) from None


def using(admin: Admin, name: str) -> list[Found]:
    """The notebook instances that have the lifecycle configuration `name`. Raises Refused."""
    return instances_of(admin, _names_using(admin, name))


def _names_using(admin: Admin, name: str) -> Iterator[str]:
    wanted: dict[str, Any] = {"NotebookInstanceLifecycleConfigNameContains": name}
    while True:
        page = admin.call("sagemaker", "ListNotebookInstances", **wanted)
        for one in page.get("NotebookInstances", []):
            if one.get(NAME) == name:
                yield str(one["NotebookInstanceName"])
        if not page.get("NextToken"):
            return
        wanted["NextToken"] = page["NextToken"]


def upload(admin: Admin, place: str, files: Mapping[str, bytes]) -> None:
    """Put the files into S3 at `place` (`s3://bucket/prefix`), in their order. Raises Refused,
    which says what is there by then."""
    bucket, _, prefix = place.removeprefix("s3://").rstrip("/").partition("/")
    done: list[str] = []
    for name, content in files.items():
        key = f"{prefix}/{name}" if prefix else name
        try:
            admin.call("s3", "PutObject", Bucket=bucket, Key=key, Body=content)
        except Refused as refused:
            told = f"s3://{bucket}/{key}: {refused.what}"
            told += f"; uploaded before it: {', '.join(done) or 'nothing'}"
            raise Refused(refused.action, refused.code, told, refused.remedy) from None
        done.append(name)


def perform(admin: Admin, plan: Plan) -> Iterator[tuple[bool, str]]:
    """Do the steps; after each, whether it was done and a line that says so.

    An instance that can't be changed leaves the others be. Raises KeyboardInterrupt, after a line
    about the step in which it came.
    """
    failed = ended = False
    for step in plan.steps:
        if ended or (step.needs_all and failed):
            yield False, f"  ✘ {step.subject}: {step.says}: not tried, since it needs the above"
            continue
        try:
            admin.call("sagemaker", step.operation, **step.parameters)
        except Refused as refused:
            failed, ended = True, step.ends_all
            yield False, f"  ✘ {step.subject}: {step.says}: not done: {refused}"
        except KeyboardInterrupt:
            says = "interrupted while AWS was asked, so it may be done or not"
            yield False, f"  ? {step.subject}: {step.says}: {says}"
            raise
        else:
            yield True, f"  ✔ {step.subject}: {step.says}"
