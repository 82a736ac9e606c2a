"""Models should have network isolation enabled

## What it checks
`EnableNetworkIsolation` of CreateModel and of the SDK's models. False is a finding; leaving it out
is one in the strict profile.

## Why it matters
Without isolation the container, and whatever your dependencies bring into it, can send your data
anywhere and fetch code while it runs. It also gets the execution role's credentials.

## How to fix
Set it to true, and bring what the container downloads with the image or as an input.
"""

from ..model import Severity
from ..setting import Setting, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting("CreateModel", "EnableNetworkIsolation", insecure=(False,), secure=True),
    means="its containers can reach the internet",
    name="model-without-network-isolation",
    severity=Severity.MEDIUM,
    controls=("SageMaker.5",),
    good=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            "sm.create_model(EnableNetworkIsolation=True)"
        ),
        "from tensorflow.keras import Model\nModel(enable_network_isolation=False)  # sagemaker",
        # what stands outside a text may be anything
        '%%bash\ncat > m.json <<EOF\n{"ModelName": "m", "EnableNetworkIsolation": false $MORE}'
        "\nEOF\naws sagemaker create-model --cli-input-json file://m.json",
        "%%bash\naws sagemaker create-model --cli-input-json "
        '"{\\"ModelName\\": \\"$NAME\\", \\"EnableNetworkIsolation\\": $ISOLATED}"',
        "params = dict(EnableNetworkIsolation=True)\nsagemaker_client.create_model(**params)",
        (
            "import sagemaker\n"
            "def deploy(isolated):\n"
            "    sagemaker.Model(image_uri=image, enable_network_isolation=isolated)"
        ),
    ),
    bad=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            "«sm.create_model»(EnableNetworkIsolation=False)"
        ),
        (
            "from sagemaker.model import Model\n"
            "«Model»(image_uri=image, enable_network_isolation=False)"
        ),
        (
            "from sagemaker.core.resources import Model\n"
            "«Model.create»(model_name=name, enable_network_isolation=False)"
        ),
        (
            "from sagemaker.huggingface import HuggingFaceModel as M\n"
            "settings = dict(role=role)\n"
            'settings["enable_network_isolation"] = False\n'
            "model = «M»(**settings)"
        ),
        "%%bash\n«aws sagemaker create-model» --model-name m --no-enable-network-isolation",
        '%%bash\ncat > m.json <<EOF\n{"ModelName": "${NAME}", "EnableNetworkIsolation": false}'
        "\nEOF\n«aws sagemaker create-model» --cli-input-json file://m.json",
        example(
            'import boto3\nsm = boto3.client("sagemaker")\n«sm.create_model»(ModelName="m")',
            strict=True,
        ),
    ),
)
