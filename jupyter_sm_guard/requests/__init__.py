"""Requests to SageMaker that code would make: by boto3, by the SDK in versions 2 and 3, by its
low-level resources, by the AWS CLI. Whichever way, a request is an operation and its parameters,
so that a rule asks once for `NetworkConfig.EnableNetworkIsolation`.

Parameters and operations: botocore's service model of SageMaker.
"""

from .command_line import in_shell
from .python import in_python
from .request import COMMANDS, METHODS, OPERATIONS, Request, kebab, snake

__all__ = [
    "COMMANDS",
    "METHODS",
    "OPERATIONS",
    "Request",
    "in_python",
    "in_shell",
    "kebab",
    "snake",
]
