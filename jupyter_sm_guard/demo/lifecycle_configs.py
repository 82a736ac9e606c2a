"""Lifecycle configurations of notebook instances as AWS keeps them: moto knows no update and no
list, and takes any text for a script."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Mapping
from typing import Any

from .messages import Answer, Call, invalid

NAME = "NotebookInstanceLifecycleConfigName"
_HOOKS = ("OnCreate", "OnStart")
_SUFFIX = "NotebookInstanceLifecycleConfig"


class LifecycleConfigs:
    """Answers SageMaker's operations on them, by Region and name."""

    def __init__(self, account: str):
        self.account = account
        self._kept: dict[tuple[str, str], dict[str, Any]] = {}

    def answer(self, call: Call, parameters: Mapping[str, Any]) -> Answer | None:
        """What AWS answers; None for other operations."""
        if call.operation == f"List{_SUFFIX}s":
            return self._list(call, parameters)
        verb, _, rest = call.operation.partition("Notebook")
        if f"Notebook{rest}" != _SUFFIX:
            return None
        key = (call.region, str(parameters[NAME]))
        arn = f"arn:aws:sagemaker:{call.region}:{self.account}:notebook-instance-lifecycle-config/"
        arn = f"{arn}{key[1]}".lower()
        detail = "already exists" if verb == "Create" else "does not exist"
        if (key in self._kept) == (verb == "Create"):
            return invalid(
                f"Unable to {verb.lower()} Notebook Instance Lifecycle Config '{arn}'. (Details: "
                f"Notebook Instance Lifecycle Config {detail}.)"
            )
        hooks = {hook: parameters[hook] for hook in _HOOKS if hook in parameters}
        if not all(map(_is_base64, hooks.values())):
            return invalid("Content of a lifecycle hook must be base64-encoded")
        if verb == "Describe":
            return Answer(200, self._kept[key])
        if verb == "Delete":
            del self._kept[key]
            return Answer(200, {})
        made = self._kept.get(key, {}).get("CreationTime", time.time())
        about = {NAME: key[1], f"{_SUFFIX}Arn": arn, "CreationTime": made}
        self._kept[key] = {**about, "LastModifiedTime": time.time(), **hooks}
        return Answer(200, {f"{_SUFFIX}Arn": arn})

    def refusal(self, region: str, parameters: Mapping[str, Any]) -> str | None:
        """Why an instance can't get the configuration that a request names, or None."""
        name = parameters.get("LifecycleConfigName")
        if name is None or (region, name) in self._kept:
            return None
        return f"Notebook Instance Lifecycle Config '{name}' does not exist"

    def _list(self, call: Call, parameters: Mapping[str, Any]) -> Answer:
        contains = str(parameters.get("NameContains", "")).lower()
        found = [
            {field: value for field, value in config.items() if field not in _HOOKS}
            for (region, name), config in sorted(self._kept.items())
            if region == call.region and contains in name.lower()
        ]
        return Answer(200, {f"{_SUFFIX}s": found})


def _is_base64(hooks: Any) -> bool:
    try:
        return all(base64.b64decode(hook.get("Content", ""), validate=True) for hook in hooks)
    except (binascii.Error, ValueError):
        return False
