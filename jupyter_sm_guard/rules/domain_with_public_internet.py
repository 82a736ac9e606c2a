"""Studio domains should not have direct internet access

## What it checks
`AppNetworkAccessType` of CreateDomain and UpdateDomain. `PublicInternetOnly` is a finding; leaving
it out when a domain is created is one in the strict profile.

## Why it matters
Apps then reach the internet through a network that AWS manages, past your VPC's routes, firewalls
and flow logs.

## How to fix
Write `AppNetworkAccessType="VpcOnly"`, and let the VPC have endpoints for what the apps talk to.
"""

from ..model import Severity
from ..setting import Setting, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting(
        "CreateDomain",
        "AppNetworkAccessType",
        insecure=("PublicInternetOnly",),
        words=("PublicInternetOnly", "VpcOnly"),
        missing="strict",
        secure="VpcOnly",
    ),
    Setting(
        "UpdateDomain",
        "AppNetworkAccessType",
        insecure=("PublicInternetOnly",),
        words=("PublicInternetOnly", "VpcOnly"),
        missing="never",
        secure="VpcOnly",
    ),
    means="its apps have direct internet access",
    name="domain-with-public-internet",
    severity=Severity.HIGH,
    good=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            'sm.create_domain(AppNetworkAccessType="VpcOnly")'
        ),
    ),
    bad=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_domain»(AppNetworkAccessType="PublicInternetOnly")'
        ),
        "!«aws sagemaker update-domain» --domain-id d --app-network-access-type PublicInternetOnly",
        example(
            'import boto3\nsm = boto3.client("sagemaker")\n«sm.create_domain»(DomainName="d")',
            strict=True,
        ),
    ),
)
