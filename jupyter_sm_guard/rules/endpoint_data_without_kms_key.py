"""What endpoints write should be encrypted with a KMS key of yours

## What it checks
`KmsKeyId` of `DataCaptureConfig` and of `AsyncInferenceConfig.OutputConfig` of
CreateEndpointConfig, also from the SDK's `deploy`. Leaving it out, where such data is written, is a
finding in the strict profile.

## Why it matters
Encrypted with a key of your own, data can be read only by whom the key's policy allows, each use
stands in CloudTrail, and disabling the key takes access away. A key that AWS owns allows none of
it.

## How to fix
Give the ARN of a KMS key that the execution role may use."""

from ..model import Severity
from ..setting import Setting, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting("CreateEndpointConfig", "DataCaptureConfig.KmsKeyId", when_given="DataCaptureConfig"),
    Setting(
        "CreateEndpointConfig",
        "AsyncInferenceConfig.OutputConfig.KmsKeyId",
        when_given="AsyncInferenceConfig.OutputConfig",
    ),
    means="a key that AWS owns encrypts requests and answers",
    name="endpoint-data-without-kms-key",
    severity=Severity.LOW,
    strict=True,
    good=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_endpoint_config(KmsKeyId=key, DataCaptureConfig={"KmsKeyId": key})'
            ),
            strict=True,
        ),
        example(
            'import boto3\nsm = boto3.client("sagemaker")\nsm.create_endpoint_config(KmsKeyId=key)',
            strict=True,
        ),
    ),
    bad=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                "«sm.create_endpoint_config»(KmsKeyId=key, "
                'DataCaptureConfig={"EnableCapture": True})'
            ),
            strict=True,
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                "«sm.create_endpoint_config»(KmsKeyId=key, "
                'AsyncInferenceConfig={"OutputConfig": {"S3OutputPath": path}})'
            ),
            strict=True,
        ),
        example(
            (
                "from sagemaker.model import Model\n"
                "from sagemaker.model_monitor import DataCaptureConfig\n"
                "model = Model(image, vpc_config=vpc, enable_network_isolation=True, "
                "image_config=config)\n"
                '«model.deploy»(2, "ml.m5.large", kms_key=key, '
                "data_capture_config=DataCaptureConfig(True))"
            ),
            strict=True,
        ),
    ),
)
