"""The least that asks AWS: botocore's signature over one request, sent with urllib."""

import json
import os
import sys
import urllib.request

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

url, region, name = sys.argv[1:]
keys = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
headers = {
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": "SageMaker.DescribeNotebookInstance",
}
body = json.dumps({"NotebookInstanceName": name}).encode()
request = AWSRequest("POST", url + "/", headers, body)
SigV4Auth(keys, "sagemaker", region).add_auth(request)
signed = urllib.request.Request(request.url, body, dict(request.headers))
with urllib.request.urlopen(signed, timeout=10) as answer:
    print(json.load(answer)["RootAccess"])
