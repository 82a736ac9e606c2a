"""What everybody writes: URL, Region and name of the notebook instance are the arguments."""

import sys

import boto3

url, region, name = sys.argv[1:]
client = boto3.client("sagemaker", region_name=region, endpoint_url=url)
print(client.describe_notebook_instance(NotebookInstanceName=name)["RootAccess"])
