"""Cells written from the documentation of AWS and its SDKs, without a look at the rules: half of them
break something, the other half only look like it."""

# ruff: noqa: E501  # cells stand in the tables as they are written

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from jupyter_sm_guard.gate import entries
from jupyter_sm_guard.linter.engine import lint_document
from jupyter_sm_guard.linter.selection import Selection
from jupyter_sm_guard.notebook import read

pytestmark = pytest.mark.unit

KEY_ID = "AKIA" + "3TFK7MQZ2XWLN5RV"
KEY = "pL4x/Zr9Qe2Tn7Vb" + "Kd0Yh5Mc8Ws1Gf6Ju3Xo+NiA"
HUB = "hf_" + "QmZxLrTnVbKdYhWsGfJuXoNiApLeTcRyEu"
LOCKED = frozenset(("no-internet", "no-root"))


@dataclass(frozen=True)
class Case:
    """Cells of one notebook, or a file's text, and the rules that should find something in it."""

    name: str
    cells: tuple[str, ...]
    finds: frozenset[str]
    more: dict[str, Any] = field(default_factory=dict)


def bad(name: str, *cells: str, finds: str, **more: Any) -> Case:
    return Case(name, cells, frozenset(finds.split()), more)


def good(name: str, *cells: str, **more: Any) -> Case:
    return Case(name, cells, frozenset(), more)


BREAKS = [
    bad("a notebook instance from JSON on the command line",
        "!aws sagemaker create-notebook-instance --cli-input-json '{\"NotebookInstanceName\": \"n\", \"SubnetId\": \"subnet-1\", \"KmsKeyId\": \"k\", \"DirectInternetAccess\": \"Enabled\", \"RootAccess\": \"Disabled\"}'",
        finds="notebook-instance-with-direct-internet"),
    bad("an option goes before the JSON",
        "!aws sagemaker update-notebook-instance --root-access Enabled --cli-input-json '{\"NotebookInstanceName\": \"n\", \"RootAccess\": \"Disabled\"}'",
        finds="notebook-instance-with-root-access"),
    bad("a connector without the check", "import aiohttp\nconn = aiohttp.TCPConnector(ssl=False)",
        finds="tls-check-off"),
    bad("a pool without the check", "import urllib3\nhttp = urllib3.PoolManager(cert_reqs='CERT_NONE')",
        finds="tls-check-off"),
    bad("a key pair by names of one's own, each half found once",
        f"ACCESS = '{KEY_ID}'\nSECRET_KEY = '{KEY}'", "Minio(host, access_key=ACCESS, secret_key=SECRET_KEY)",
        finds="aws-key-in-source"),
    bad("a shell line as IPython calls it", "get_ipython().system('sudo du -sh /')",
        finds="sudo-in-cell"),
    # --- what SageMaker is asked for
    bad("a notebook instance with everything open",
        "import boto3\nsm = boto3.Session(profile_name='team').client('sagemaker', region_name='eu-west-1')",
        "response = sm.create_notebook_instance(\n    NotebookInstanceName='exploration',\n"
        "    InstanceType='ml.t3.medium',\n    RoleArn=role_arn,\n    SubnetId=subnets[0],\n"
        "    SecurityGroupIds=[sg],\n    DirectInternetAccess='Enabled',\n    RootAccess='Enabled',\n"
        "    KmsKeyId=key,\n    PlatformIdentifier='notebook-al2023-v1',\n"
        "    InstanceMetadataServiceConfiguration={'MinimumInstanceMetadataServiceVersion': '2'},\n)",
        finds="notebook-instance-with-direct-internet notebook-instance-with-root-access"),
    bad("a bare notebook instance from a script",
        "#!/bin/bash\nset -euo pipefail\naws sagemaker create-notebook-instance \\\n"
        "  --notebook-instance-name \"$NAME\" \\\n  --instance-type ml.t3.medium \\\n"
        "  --role-arn \"$ROLE\" --subnet-id \"$SUBNET\" --security-group-ids \"$SG\" \\\n"
        "  --direct-internet-access Disabled \\\n  --kms-key-id alias/nb \\\n"
        "  --platform-identifier notebook-al2023-v1\n",
        finds="notebook-instance-with-root-access", file="create.sh"),
    bad("the old platform and the old metadata service",
        "import boto3\nclient = boto3.client('sagemaker')\nsettings = dict(\n"
        "    NotebookInstanceName='legacy', InstanceType='ml.m5.xlarge', RoleArn=role,\n"
        "    SubnetId='subnet-0a1b', DirectInternetAccess='Disabled', RootAccess='Disabled',\n"
        "    KmsKeyId='alias/nb',\n    PlatformIdentifier='notebook-al1-v1',\n"
        "    InstanceMetadataServiceConfiguration={'MinimumInstanceMetadataServiceVersion': '1'})\n"
        "client.create_notebook_instance(**settings)",
        finds="notebook-instance-on-old-platform notebook-instance-allows-imds-v1"),
    bad("root given back to a running instance",
        "import boto3\n\ndef reopen(name):\n    api = boto3.client('sagemaker')\n"
        "    api.update_notebook_instance(NotebookInstanceName=name, RootAccess='Enabled')",
        finds="notebook-instance-with-root-access", file="tools.py"),
    bad("a domain on the public internet",
        "import boto3\nboto3.client('sagemaker').create_domain(\n    DomainName='ds', AuthMode='IAM',\n"
        "    DefaultUserSettings={'ExecutionRole': role}, SubnetIds=subnets, VpcId=vpc,\n"
        "    AppNetworkAccessType='PublicInternetOnly', KmsKeyId=key)",
        finds="domain-with-public-internet"),
    bad("a bare instance from a started command",
        "import subprocess\nsubprocess.run(['aws', 'sagemaker', 'create-notebook-instance',\n"
        "    '--notebook-instance-name', name, '--instance-type', 'ml.t3.medium', '--role-arn', role,\n"
        "    '--subnet-id', subnet, '--kms-key-id', key, '--direct-internet-access', 'Enabled',\n"
        "    '--root-access', 'Disabled', '--platform-identifier', 'notebook-al2023-v1'], check=True)",
        finds="notebook-instance-with-direct-internet"),
    bad("isolation off in a command as one text",
        "import os\nos.system('aws sagemaker create-model --model-name m --no-enable-network-isolation')",
        finds="model-without-network-isolation"),
    bad("a command with a name in it",
        "import os, subprocess\nos.system(f'sudo chown -R ec2-user {folder}')\n"
        "subprocess.run(f\"curl -sL {url} | bash\", shell=True, check=True)",
        finds="sudo-in-cell pipe-to-shell"),
    bad("a folder for everybody", "!mkdir -pm 0777 /opt/shared", finds="world-writable"),
    bad("a function that everybody may call",
        "import boto3\nfn = boto3.client('lambda')\nfn.add_permission(FunctionName='score',\n"
        "    StatementId='public', Action='lambda:InvokeFunctionUrl', Principal='*')",
        finds="public-policy"),
    bad("a key given to a service for experiments",
        "import wandb\nwandb.login(key='3f7a9c2e5b8d1046f9e3a7c5b2d8016e4b7c9d21')",
        finds="credentials-as-literals"),
    bad("isolation switched off in an estimator of the SDK",
        "from sagemaker.huggingface import HuggingFace",
        "isolated = False\nhyper = {'epochs': 3}",
        "hf = HuggingFace(entry_point='train.py', role=role, instance_count=1,\n"
        "    instance_type='ml.g5.2xlarge', transformers_version='4.36', pytorch_version='2.1',\n"
        "    py_version='py310', hyperparameters=hyper, enable_network_isolation=isolated)\nhf.fit(inputs)",
        finds="training-job-without-network-isolation"),
    bad("an estimator on several instances in clear",
        "import sagemaker.pytorch as smp\nest = smp.PyTorch('train.py', role=role, instance_count=4,\n"
        "    instance_type='ml.p4d.24xlarge', framework_version='2.2', py_version='py310',\n"
        "    encrypt_inter_container_traffic=False)",
        finds="training-job-without-traffic-encryption"),
    bad("a training request made step by step",
        "import boto3\nrequest = {}\nrequest['TrainingJobName'] = name\n"
        "request['EnableNetworkIsolation'] = False\nrequest.update(RoleArn=role)",
        "boto3.client(service_name='sagemaker').create_training_job(**request)",
        finds="training-job-without-network-isolation"),
    bad("a processor's network",
        "from sagemaker.network import NetworkConfig as NC\nfrom sagemaker.sklearn.processing import SKLearnProcessor\n"
        "net = NC(enable_network_isolation=False, subnets=subnets, security_group_ids=sgs)",
        "SKLearnProcessor('1.2-1', role, 'ml.m5.large', 1, network_config=net)",
        finds="processing-job-without-network-isolation"),
    bad("a processing job by the API",
        "import boto3\nsm_client = boto3.client('sagemaker')\nsm_client.create_processing_job(\n"
        "    ProcessingJobName='p', RoleArn=role, AppSpecification=app,\n"
        "    ProcessingResources={'ClusterConfig': {'InstanceCount': 3, 'InstanceType': 'ml.m5.xlarge', 'VolumeSizeInGB': 30}},\n"
        "    NetworkConfig={'EnableNetworkIsolation': True, 'EnableInterContainerTrafficEncryption': False})",
        finds="processing-job-without-traffic-encryption"),
    bad("a model of the command line",
        "!aws sagemaker create-model --model-name m --execution-role-arn {role} "
        "--primary-container Image={image},ModelDataUrl={data} --no-enable-network-isolation",
        finds="model-without-network-isolation"),
    bad("a model whose image comes from the platform's network",
        "import boto3\nboto3.client('sagemaker').create_model(ModelName='m', ExecutionRoleArn=role,\n"
        "    EnableNetworkIsolation=True,\n    PrimaryContainer={'Image': uri, 'ImageConfig': {'RepositoryAccessMode': 'Platform'}})",
        finds="model-image-not-from-vpc-registry"),
    bad("a trainer of the third SDK",
        "from sagemaker.train import ModelTrainer\nfrom sagemaker.train.configs import Networking, Compute\n"
        "trainer = ModelTrainer(training_image=image, role=role,\n"
        "    compute=Compute(instance_type='ml.p4d.24xlarge', instance_count=2),\n"
        "    networking=Networking(subnets=subnets, security_group_ids=sgs,\n"
        "                          enable_inter_container_traffic_encryption=False))",
        finds="training-job-without-traffic-encryption"),
    bad("a tuning job by the API",
        "import boto3\nsm = boto3.client('sagemaker')\nsm.create_hyper_parameter_tuning_job(\n"
        "    HyperParameterTuningJobName='t', HyperParameterTuningJobConfig=config,\n"
        "    TrainingJobDefinition={'EnableNetworkIsolation': False, 'RoleArn': role})",
        finds="tuning-job-without-network-isolation"),
    bad("a bias job definition by the API",
        "import boto3\nboto3.client('sagemaker').create_model_bias_job_definition(\n    JobDefinitionName='b',\n"
        "    NetworkConfig={'EnableNetworkIsolation': False, 'EnableInterContainerTrafficEncryption': True})",
        finds="model-bias-job-without-network-isolation"),
    bad("a monitoring schedule by the API",
        "import boto3\nsession = boto3.session.Session()\nsm = session.client('sagemaker')\n"
        "job = {'NetworkConfig': {'EnableNetworkIsolation': False}, 'RoleArn': role}\n"
        "sm.create_monitoring_schedule(MonitoringScheduleName='s',\n"
        "    MonitoringScheduleConfig={'MonitoringJobDefinition': job, 'ScheduleConfig': schedule})",
        finds="monitoring-schedule-without-network-isolation"),
    bad("a resource class of sagemaker-core",
        "from sagemaker.core.resources import NotebookInstance\nNotebookInstance.create(\n"
        "    notebook_instance_name='n', instance_type='ml.t3.medium', role_arn=role, subnet_id=subnet,\n"
        "    security_group_ids=[sg], kms_key_id=key, platform_identifier='notebook-al2023-v1',\n"
        "    direct_internet_access='Disabled', root_access='Enabled')",
        finds="notebook-instance-with-root-access"),
    bad("what is missing, for those who want to know",
        "from sagemaker import Model\nm = Model(image_uri=uri, model_data=data, role=role, vpc_config=vpc)\nm.deploy(1, 'ml.m5.large', kms_key=key)",
        finds="model-without-network-isolation endpoint-with-one-instance",
        strict=True),
    bad("a feature group without keys of one's own",
        "import boto3\nboto3.client('sagemaker').create_feature_group(FeatureGroupName='f',\n"
        "    OnlineStoreConfig={'EnableOnlineStore': True},\n"
        "    OfflineStoreConfig={'S3StorageConfig': {'S3Uri': uri}})",
        finds="feature-group-online-store-without-kms-key feature-group-offline-store-without-kms-key",
        strict=True),
    # --- privilege
    bad("packages of the system", "%%bash\nset -e\nexport DEBIAN_FRONTEND=noninteractive\n"
        "apt-get update -qq && apt-get install -y --no-install-recommends libgl1", finds="os-package-install"),
    bad("root in a loop", "for svc in ['docker', 'nginx']:\n    !sudo -n systemctl restart {svc}", finds="sudo-in-cell"),
    bad("root by way of Python", "import subprocess as sp\nsp.check_call(['sudo', 'mount', '-a'])", finds="sudo-in-cell"),
    bad("another user's shell", "%%bash\nsu - root -c 'yum -y install jq'", finds="sudo-in-cell", also="os-package-install"),
    bad("an installer from the web", "!curl --proto '=https' --tlsv1.2 -LsSf https://astral.sh/uv/install.sh | sh",
        finds="pipe-to-shell"),
    bad("an installer from the web, as an argument", "%%sh\nsh -c \"$(wget -O- https://example.org/setup.sh)\"",
        finds="pipe-to-shell"),
    bad("no check of certificates in requests", "import requests\ns = requests.Session()\ns.verify = False\ns.get(url)",
        finds="tls-check-off"),
    bad("no check of certificates in the SDK", "import boto3\ns3 = boto3.client('s3', endpoint_url=url, verify=False)",
        finds="tls-check-off"),
    bad("no check of certificates by the environment", "import os\nos.environ['PYTHONHTTPSVERIFY'] = '0'",
        finds="tls-check-off"),
    bad("no check of certificates by magic", "%env GIT_SSL_NO_VERIFY=true\n!git clone https://git.corp.example/x.git",
        finds="tls-check-off"),
    bad("no check of certificates in the standard library",
        "import ssl, urllib.request\nctx = ssl.create_default_context()\nctx.check_hostname = False\nctx.verify_mode = ssl.CERT_NONE",
        finds="tls-check-off"),
    bad("pip trusts a host", "%pip install --trusted-host pypi.org --trusted-host files.pythonhosted.org torch",
        finds="tls-check-off"),
    bad("curl does not look", "!curl -sSLk https://repo.corp.example/data.zip -o data.zip", finds="tls-check-off"),
    bad("everybody may write", "!mkdir -p /tmp/out && chmod -R a+rwx /tmp/out", finds="world-writable"),
    bad("everybody may write, from Python", "import os\nos.chmod('/home/ec2-user/SageMaker/shared', 0o777)",
        finds="world-writable"),
    bad("everybody may write, by name", "import os, stat\nos.chmod(path, stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)",
        finds="world-writable"),
    bad("a container that may everything", "!docker run --gpus all --privileged -v /:/host my/image", finds="privileged-container"),
    # --- credentials
    bad("the role's keys, by hand",
        "import requests\nbase = 'http://169.254.169.254/latest/meta-data/iam/security-credentials/'\n"
        "role = requests.get(base).text\ncreds = requests.get(base + role).json()", finds="credentials-from-imds"),
    bad("keys in a call", f"import boto3\ns3 = boto3.resource('s3',\n    aws_access_key_id='{KEY_ID}',\n    aws_secret_access_key='{KEY}')",
        finds="aws-key-in-source", also="credentials-as-literals"),
    bad("keys in a file that is written", f"%%writefile ~/.aws/credentials\n[default]\naws_access_key_id={KEY_ID}\naws_secret_access_key={KEY}\n",
        finds="aws-key-in-source"),
    bad("keys by magic", f"%env AWS_ACCESS_KEY_ID={KEY_ID}\n%env AWS_SECRET_ACCESS_KEY={KEY}",
        finds="aws-key-in-source", also="credentials-in-env-magic credentials-as-literals"),
    bad("a hub's token", f"from huggingface_hub import login\nlogin(token='{HUB}')", finds="token-in-source", also="credentials-as-literals"),
    bad("a database's password", "import psycopg2\nconn = psycopg2.connect(host=h, user='admin', password='Tr0ub4dor&3xyz')",
        finds="credentials-as-literals"),
    bad("a password in an address", "from sqlalchemy import create_engine\n"
        "engine = create_engine('postgresql://etl:wX7pQ2mZ@db.internal:5432/sales')", finds="password-in-url"),
    bad("keys on the screen", "import boto3\nc = boto3.Session().get_credentials().get_frozen_credentials()\nprint(c.secret_key)",
        finds="credentials-printed"),
    bad("a key in the text", "1", markdown=(f"Use `{KEY_ID}` / `{KEY}` for the shared bucket.",), finds="secret-in-markdown"),
    bad("a key in the output", "!env | sort", outputs=(f"AWS_ACCESS_KEY_ID={KEY_ID}\nAWS_SECRET_ACCESS_KEY={KEY}\nHOME=/home\n",),
        finds="secret-in-output", also="credentials-printed"),
    bad("a link that opens without a login", "url = s3.generate_presigned_url('get_object', Params={'Bucket': b, 'Key': k})\nurl",
        finds="presigned-url-shown"),
    # --- what others can reach
    bad("an object for everybody", "import boto3\nboto3.client('s3').upload_file('index.html', bucket, 'index.html',\n"
        "    ExtraArgs={'ACL': 'public-read', 'ContentType': 'text/html'})", finds="public-acl"),
    bad("a copy for everybody", "!aws s3 cp report.html s3://{bucket}/ --acl public-read", finds="public-acl"),
    bad("a bucket's shield taken off", "s3.put_public_access_block(Bucket=b, PublicAccessBlockConfiguration={\n"
        "    'BlockPublicAcls': False, 'IgnorePublicAcls': False, 'BlockPublicPolicy': False, 'RestrictPublicBuckets': False})",
        finds="public-access-block-off"),
    bad("a bucket's policy for everybody", "import json\npolicy = {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow',\n"
        "    'Principal': '*', 'Action': ['s3:GetObject'], 'Resource': f'arn:aws:s3:::{bucket}/*'}]}\n"
        "s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))", finds="public-policy"),
    bad("a policy that allows everything", "import json\niam.create_policy(PolicyName='all', PolicyDocument=json.dumps({\n"
        "    'Version': '2012-10-17',\n    'Statement': {'Effect': 'Allow', 'Action': '*', 'Resource': '*'}}))", finds="wildcard-iam"),
    bad("a policy that allows everything, as a file", "%%writefile policy.json\n{\"Version\": \"2012-10-17\", \"Statement\": [\n"
        " {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}]}", finds="wildcard-iam"),
    bad("an administrator", "iam_client.attach_role_policy(RoleName=role_name,\n    PolicyArn='arn:aws:iam::aws:policy/AdministratorAccess')",
        finds="admin-policy-attached"),
    bad("a port for the world", "ec2 = boto3.client('ec2')\nec2.authorize_security_group_ingress(GroupId=sg, IpPermissions=[{\n"
        "    'IpProtocol': 'tcp', 'FromPort': 22, 'ToPort': 22, 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]}])", finds="open-to-the-world"),
    bad("a demo for the world", "import gradio as gr\ndemo = gr.Interface(fn=answer, inputs='text', outputs='text')\ndemo.launch(share=True, debug=False)",
        finds="public-tunnel"),
    bad("a cluster for the world", "redshift = boto3.client('redshift')\nredshift.create_cluster(ClusterIdentifier='c', NodeType='ra3.xlplus',\n"
        "    MasterUsername='admin', ManageMasterPassword=True, PubliclyAccessible=True)", finds="publicly-accessible-database"),
    bad("a bucket read by nobody in particular", "from botocore import UNSIGNED\nfrom botocore.config import Config\nimport boto3\n"
        "s3 = boto3.client('s3', config=Config(signature_version=UNSIGNED))", finds="unsigned-s3"),
    # --- on a machine without internet and without root
    bad("packages without internet", "!pip install -U -q sagemaker datasets==2.18.0", finds="pip-from-internet", locked=True),
    bad("conda without internet", "%%bash\nconda install -y -n pytorch_p310 -c conda-forge lightgbm", finds="conda-from-internet", locked=True),
    bad("a repository without internet", "!git clone --depth 1 https://github.com/aws/amazon-sagemaker-examples.git", finds="git-clone-from-internet", locked=True),
    bad("data without internet", "import urllib.request\nurllib.request.urlretrieve('https://archive.ics.uci.edu/static/public/53/iris.zip', 'iris.zip')",
        finds="download-from-internet", locked=True),
    bad("a table without internet", "import pandas as pd\ndf = pd.read_csv('https://raw.githubusercontent.com/org/data/main/x.csv')",
        finds="download-from-internet", locked=True),
    bad("a model without internet", "from transformers import AutoTokenizer\ntok = AutoTokenizer.from_pretrained('google-bert/bert-base-uncased')",
        finds="model-from-internet", locked=True),
    bad("an image without internet", "!docker pull python:3.11-slim", finds="image-from-internet", locked=True),
    bad("root where there is none", "%%bash\nsystemctl restart docker", finds="needs-root", locked=True),
    # --- a second round
    bad("isolation switched off through a dict","from sagemaker.xgboost import XGBoost as X\nkw = dict(enable_network_isolation=False, instance_count=1)\nX(entry_point='a.py', role=role, framework_version='1.7-1', instance_type='ml.m5.large', **kw)",finds="training-job-without-network-isolation"),
    bad("an estimator by its whole name","import sagemaker\nfrom sagemaker.tuner import HyperparameterTuner\nest = sagemaker.estimator.Estimator(image_uri=i, role=role, instance_count=2, instance_type='ml.m5.large', encrypt_inter_container_traffic=False)",finds="training-job-without-traffic-encryption"),
    bad("an endpoint configuration","import boto3\nsm=boto3.client('sagemaker')\nsm.create_endpoint_config(EndpointConfigName='e', ProductionVariants=v, EnableNetworkIsolation=False)",finds="endpoint-without-network-isolation"),
    bad("a data quality job in clear","import boto3\nsm=boto3.client('sagemaker')\nsm.create_data_quality_job_definition(JobDefinitionName='d', NetworkConfig={'EnableInterContainerTrafficEncryption': False, 'EnableNetworkIsolation': True}, JobResources={'ClusterConfig': {'InstanceCount': 2}})",finds="data-quality-job-without-traffic-encryption"),
    bad("an explainability job","import boto3\nsm=boto3.client('sagemaker')\nsm.create_model_explainability_job_definition(NetworkConfig=dict(EnableNetworkIsolation=False))",finds="model-explainability-job-without-network-isolation"),
    bad("a model quality job","import boto3\nsm=boto3.client('sagemaker')\nsm.create_model_quality_job_definition(JobDefinitionName='q', NetworkConfig={'EnableNetworkIsolation': False})",finds="model-quality-job-without-network-isolation"),
    bad("the SDK's default monitor, which makes a data quality job","from sagemaker.model_monitor import DefaultModelMonitor\nfrom sagemaker.network import NetworkConfig\nm = DefaultModelMonitor(role=role, instance_count=1, network_config=NetworkConfig(enable_network_isolation=False))\nm.create_monitoring_schedule(endpoint_input=e)",finds="data-quality-job-without-network-isolation"),
    bad("AutoML of the SDK","from sagemaker.automl.automl import AutoML\nAutoML(role=role, target_attribute_name='y', encrypt_inter_container_traffic=False)",finds="automl-job-without-traffic-encryption"),
    bad("a client kept in an object","import boto3\nclass Infra:\n    def __init__(self):\n        self.sm = boto3.client('sagemaker')\n    def make(self):\n        self.sm.create_notebook_instance(NotebookInstanceName='n', InstanceType='ml.t3.medium', RoleArn=r, SubnetId=s, SecurityGroupIds=g, KmsKeyId=k, DirectInternetAccess='Enabled', RootAccess='Disabled', PlatformIdentifier='notebook-al2023-v1')",finds="notebook-instance-with-direct-internet",file="a.py"),
    bad("a remote function","from sagemaker.remote_function import remote\n@remote(instance_type='ml.m5.large', instance_count=2, encrypt_inter_container_traffic=False)\ndef f(): ...",finds="training-job-without-traffic-encryption"),
    bad("a training job of sagemaker-core","from sagemaker.core.resources import TrainingJob\nTrainingJob.create(training_job_name='t', role_arn=r, enable_network_isolation=False)",finds="training-job-without-network-isolation"),
    bad("a session, a client and a dict in several cells","import boto3\nsagemaker_client = boto3.Session(region_name='eu-west-1').client('sagemaker')","params = {'ModelName': 'm', 'EnableNetworkIsolation': False}\nresponse = sagemaker_client.create_model(**params)",finds="model-without-network-isolation"),
    bad("packages as root","!sudo apt update && sudo apt -y install ffmpeg",finds="sudo-in-cell os-package-install"),
    bad("packages with dnf","%%bash\ndnf install -y git-lfs",finds="os-package-install"),
    bad("packages by way of Python","import os\nos.system('apt-get install -y graphviz')",finds="os-package-install"),
    bad("a download that a shell of Python runs","import subprocess\nsubprocess.run('curl -s https://example.org/a.sh | bash', shell=True, check=True)",finds="pipe-to-shell"),
    bad("a download with arguments","!wget -q -O - https://example.org/install.sh | bash -s -- -y",finds="pipe-to-shell"),
    bad("a client without a check","import httpx\nclient = httpx.Client(verify=False)",finds="tls-check-off"),
    bad("a request without a check","import urllib3, requests\nurllib3.disable_warnings()\nr = requests.post(url, json=d, verify=False)",finds="tls-check-off"),
    bad("a context without a check","import ssl\nssl._create_default_https_context = ssl._create_unverified_context",finds="tls-check-off"),
    bad("npm and the socket of docker","%%bash\nnpm config set strict-ssl false\nchmod 666 /var/run/docker.sock",finds="tls-check-off world-writable"),
    bad("a privileged container by way of Python","import docker\ndocker.from_env().containers.run('ubuntu', 'id', privileged=True)",finds="privileged-container"),
    bad("the role by the second version of the metadata service","!TOKEN=`curl -X PUT http://169.254.169.254/latest/api/token -H 'X-aws-ec2-metadata-token-ttl-seconds: 60'` && curl -H \"X-aws-ec2-metadata-token: $TOKEN\" http://169.254.169.254/latest/meta-data/iam/security-credentials/role",finds="credentials-from-imds"),
    bad("a container's credentials","import os, requests\nrequests.get('http://169.254.170.2' + os.environ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']).json()",finds="credentials-from-imds"),
    bad("credentials for every child","import os, boto3\nc = boto3.Session().get_credentials()\nos.environ['AWS_ACCESS_KEY_ID'] = c.access_key\nos.environ['AWS_SECRET_ACCESS_KEY'] = c.secret_key",finds="credentials-in-environment"),
    bad("an assumed role on the screen","import boto3\nsts = boto3.client('sts')\nresp = sts.assume_role(RoleArn=a, RoleSessionName='x')\nprint(resp['Credentials'])",finds="credentials-printed"),
    bad("a token of GitHub's","token = 'ghp_" + "x7Qm2Lp9Rt4Vb6Nk8Wz1Yc3Hd5Jf0Gs2Ke4A'\n!git clone https://$token@github.com/o/r.git",finds="token-in-source"),
    bad("a private key","key = '''-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAx7Qm2Lp9Rt4Vb6Nk8Wz1Yc3Hd5Jf0Gs2Ke4Aq9Zr\n-----END RSA PRIVATE KEY-----'''",finds="private-key-in-source"),
    bad("a key for the configuration","!aws configure set aws_secret_access_key "+KEY,finds="aws-key-in-source",also="credentials-as-literals"),
    bad("a key of an API","import openai\nopenai.api_key = 'sk-proj-"+"x7Qm2Lp9Rt4Vb6Nk8Wz1Yc3Hd5Jf0Gs2Ke4Aq9Zr7Ty'",finds="token-in-source",also="credentials-as-literals"),
    bad("a password for git","!git clone https://build:Zx81kqPw77@git.corp.example/team/repo.git",finds="password-in-url"),
    bad("an ACL by the resource","s3 = boto3.resource('s3')\ns3.ObjectAcl(b, k).put(ACL='public-read')",finds="public-acl"),
    bad("an ACL by the command","!aws s3api put-bucket-acl --bucket b --acl public-read-write",finds="public-acl"),
    bad("the shield deleted by the command","!aws s3api delete-public-access-block --bucket my-bucket",finds="public-access-block-off"),
    bad("the shield deleted","s3.delete_public_access_block(Bucket=b)",finds="public-access-block-off"),
    bad("a port by the command","!aws ec2 authorize-security-group-ingress --group-id sg-1 --protocol tcp --port 8888 --cidr 0.0.0.0/0",finds="open-to-the-world"),
    bad("a tunnel","from pyngrok import ngrok\npublic = ngrok.connect(8501)",finds="public-tunnel"),
    bad("a tunnel by the command","!streamlit run app.py & npx localtunnel --port 8501",finds="public-tunnel"),
    bad("a copy by nobody in particular","!aws s3 cp --no-sign-request s3://open-data/x.csv .",finds="unsigned-s3"),
    bad("a name that two indexes may have","!pip install --extra-index-url https://nexus.corp.example/simple corp-lib",finds="dependency-confusion"),
    bad("a registry's password","!$(aws ecr get-login --no-include-email --region eu-west-1)",finds="ecr-get-login"),
    bad("a link into the instance","sm = boto3.client('sagemaker')\nsm.create_presigned_notebook_instance_url(NotebookInstanceName='n')['AuthorizedUrl']",finds="presigned-url-shown"),
    bad("a dataset from a hub","from datasets import load_dataset\nds = load_dataset('imdb', split='train')",finds="model-from-internet",locked=True),
    bad("a host that only begins like S3","!wget https://s3.amazonaws.com.example.org/x.tar.gz",finds="download-from-internet",locked=True),
    bad("a download with requests","import requests\nopen('x.zip','wb').write(requests.get('https://example.org/x.zip').content)",finds="download-from-internet",locked=True),
    bad("a whole repository from a hub","from huggingface_hub import snapshot_download\nsnapshot_download(repo_id='org/model', local_dir='m')",finds="model-from-internet",locked=True),
    bad("a package from a repository","!pip install git+https://github.com/huggingface/transformers",finds="pip-from-internet",locked=True),
]  # fmt: skip

LOOKS_ALIKE = [
    good("a closed notebook instance",
        "import boto3\nsm = boto3.client('sagemaker')\nsm.create_notebook_instance(NotebookInstanceName='n',\n"
        "    InstanceType='ml.t3.medium', RoleArn=r, SubnetId=s, SecurityGroupIds=[g], KmsKeyId=k,\n"
        "    DirectInternetAccess='Disabled', RootAccess='Disabled', PlatformIdentifier='notebook-al2023-v1',\n"
        "    InstanceMetadataServiceConfiguration={'MinimumInstanceMetadataServiceVersion': '2'})"),
    good("a closed notebook instance from a script",
        "aws sagemaker create-notebook-instance --notebook-instance-name n --instance-type ml.t3.medium \\\n"
        "  --role-arn $R --subnet-id $S --security-group-ids $G --direct-internet-access=Disabled \\\n"
        "  --root-access=Disabled --kms-key-id $K --platform-identifier notebook-al2023-v1 \\\n"
        "  --instance-metadata-service-configuration MinimumInstanceMetadataServiceVersion=2\n", file="create.sh"),
    good("settings that arrive from elsewhere", "import boto3\n\ndef create(**settings):\n"
        "    return boto3.client('sagemaker').create_notebook_instance(**settings)"),
    good("what is there is read", "import boto3\nsm = boto3.client('sagemaker')\n"
        "d = sm.describe_notebook_instance(NotebookInstanceName=n)\nassert d['DirectInternetAccess'] != 'Enabled', 'open'\n"
        "open_ones = [i for i in found if i['RootAccess'] == 'Enabled']"),
    good("another service's client", "import boto3\nclient = boto3.client('bedrock')\n"
        "client.create_model(EnableNetworkIsolation=False)"),
    good("models of others", "from keras import Model\nfrom transformers import Trainer\nm = Model(inputs=i, outputs=o)\n"
        "t = Trainer(model=m, enable_network_isolation=False)"),
    good("one instance needs no encryption between them", "from sagemaker.estimator import Estimator\n"
        "Estimator(image, role, instance_count=1, instance_type='ml.m5.large', enable_network_isolation=True,\n"
        "          encrypt_inter_container_traffic=False)"),
    good("a setting that is overwritten in time", "import boto3\nargs = {'EnableNetworkIsolation': False}\n"
        "args['EnableNetworkIsolation'] = True\nboto3.client('sagemaker').create_model(ModelName='m', **args)"),
    good("a setting that nobody knows", "import os, boto3\niso = os.environ.get('ISOLATE') == '1'\n"
        "boto3.client('sagemaker').create_training_job(TrainingJobName='t', EnableNetworkIsolation=iso)"),
    good("one branch each", "from sagemaker.estimator import Estimator\nif prod:\n    iso = True\nelse:\n    iso = False\n"
        "Estimator(image, role, 1, 'ml.m5.large', enable_network_isolation=iso)"),
    good("code in a comment", "from sagemaker.estimator import Estimator\nEstimator(image, role, 1, 'ml.m5.large',\n"
        "    # enable_network_isolation=False,\n    enable_network_isolation=True)"),
    good("code in a text", "help = '''\nEstimator(enable_network_isolation=False)\nboto3.client('sagemaker').create_model(EnableNetworkIsolation=False)\n'''"),
    good("a network that is closed", "from sagemaker.network import NetworkConfig\nfrom sagemaker.processing import ScriptProcessor\n"
        "ScriptProcessor(role, image, ['python3'], 1, 'ml.m5.large',\n    network_config=NetworkConfig(enable_network_isolation=True, subnets=s, security_group_ids=g))"),
    good("a closed domain", "import boto3\nboto3.client('sagemaker').create_domain(DomainName='d', AuthMode='IAM', KmsKeyId=k,\n"
        "    AppNetworkAccessType='VpcOnly', VpcId=v, SubnetIds=s, DefaultUserSettings=u)"),
    good("training on this machine", "from sagemaker.local import LocalSession\nfrom sagemaker.pytorch import PyTorch\n"
        "PyTorch('t.py', role=role, instance_type='local_gpu', instance_count=1, framework_version='2.0', py_version='py310',\n"
        "        sagemaker_session=LocalSession(), enable_network_isolation=False)"),
    good("talk of root", "print('never use sudo here')\n# !sudo yum install x\nsudo = False\nif not sudo:\n    pass"),
    good("the word in an echo", "!echo \"ask your admin to run: sudo yum install jq\""),
    good("the word in a search", "!grep -rn 'sudo ' scripts/ | head"),
    good("a Dockerfile that installs", "%%writefile container/Dockerfile\nFROM python:3.11-slim\nRUN apt-get update && apt-get install -y git\nRUN chmod 777 /opt"),
    good("packages looked up, not installed", "!apt list --installed 2>/dev/null | grep libgl\n!yum info jq\n!dpkg -l | head"),
    good("a download that is checked first", "%%bash\ncurl -fsSLo i.sh https://example.org/i.sh\necho \"$SUM  i.sh\" | sha256sum -c -\nbash i.sh"),
    good("a download that is shown", "!curl -s https://api.example.org/status | jq -r .state\n!wget -qO- https://example.org/list.txt | wc -l"),
    good("certificates with an authority of one's own", "import requests\nrequests.get(url, verify='/etc/pki/ca.pem')\n"
        "requests.get(url, verify=os.environ['CA'])\nboto3.client('s3', verify=True)"),
    good("another verify", "import jwt\njwt.decode(token, options={'verify_signature': True})\nmodel.verify = False\nresult = check(verify=False)"),
    good("file modes that are fine", "import os, stat\nos.chmod(p, 0o755)\nos.chmod(p, stat.S_IRUSR | stat.S_IWUSR)\n"
        "os.makedirs(d, mode=0o700)\n!chmod +x run.sh && chmod 644 data.csv && chmod -R u+rwX,go-w out"),
    good("a container of the usual kind", "!docker run --rm -v $PWD:/w -p 127.0.0.1:8080:8080 {image} serve"),
    good("the metadata service for something else", "!curl -s -H \"X-aws-ec2-metadata-token: $T\" http://169.254.169.254/latest/meta-data/placement/region"),
    good("the example keys of the documentation", "import boto3\nboto3.client('s3', aws_access_key_id='AKIA" + "IOSFODNN7EXAMPLE',\n"
        "    aws_secret_access_key='wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY')"),
    good("keys that are somewhere else", "import os, boto3, getpass\nboto3.client('s3', aws_access_key_id=os.environ['AWS_ACCESS_KEY_ID'],\n"
        "    aws_secret_access_key=getpass.getpass())\npassword = '<your-password>'\ntoken = os.getenv('HF_TOKEN', '')"),
    good("a password from where it belongs", "import json, boto3\nsecret = json.loads(boto3.client('secretsmanager').get_secret_value(SecretId=a)['SecretString'])\n"
        "conn = psycopg2.connect(user=secret['username'], password=secret['password'])"),
    good("long texts that are no secrets", "commit = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b'\nmodel_id = 'huggingface-llm-mistral-7b-instruct'\n"
        "digest = 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'\nimg = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB'"),
    good("an address without a password", "engine = create_engine(f'postgresql://{user}:{pw}@{host}/db')\nurl = 'https://example.org:8443/a@b'\n"
        "repo = 'git@github.com:org/repo.git'"),
    good("a name in the output is no key", "1", outputs=("arn:aws:iam::111122223333:role/service-role/AmazonSageMaker-ExecutionRole-20240101T000000\n",)),
    good("a name of a key on the screen", "print(f'using key {access_key_name}')\nprint('secret found:', bool(secret))\nprint(credentials.method)"),
    good("a link for a call", "url = s3.generate_presigned_url('get_object', Params=p, ExpiresIn=60)\nr = requests.get(url)\nr.status_code"),
    good("objects for oneself", "s3.put_object(Bucket=b, Key=k, Body=d, ACL='private')\ns3.put_object(Bucket=b, Key=k, ACL='bucket-owner-full-control')"),
    good("a bucket's shield put on", "s3.put_public_access_block(Bucket=b, PublicAccessBlockConfiguration={'BlockPublicAcls': True,\n"
        "    'IgnorePublicAcls': True, 'BlockPublicPolicy': True, 'RestrictPublicBuckets': True})"),
    good("a policy that denies everybody", "policy = {'Statement': [{'Effect': 'Deny', 'Principal': '*', 'Action': 's3:*', 'Resource': arn,\n"
        "    'Condition': {'Bool': {'aws:SecureTransport': 'false'}}}]}\ns3.put_bucket_policy(Bucket=b, Policy=json.dumps(policy))"),
    good("a policy for one organisation", "policy = {'Statement': [{'Effect': 'Allow', 'Principal': '*', 'Action': 's3:GetObject', 'Resource': arn,\n"
        "    'Condition': {'StringEquals': {'aws:PrincipalOrgID': org}}}]}\ns3.put_bucket_policy(Bucket=b, Policy=json.dumps(policy))"),
    good("a policy for what is needed", "policy = {'Statement': [{'Effect': 'Allow', 'Action': ['s3:GetObject'], 'Resource': [f'arn:aws:s3:::{b}/*']},\n"
        "    {'Effect': 'Allow', 'Action': ['ecr:GetAuthorizationToken'], 'Resource': '*'}]}\niam.create_policy(PolicyName='p', PolicyDocument=json.dumps(policy))"),
    good("a port for the office", "ec2.authorize_security_group_ingress(GroupId=g, IpProtocol='tcp', FromPort=443, ToPort=443, CidrIp='10.0.0.0/8')\n"
        "ec2.authorize_security_group_egress(GroupId=g, IpPermissions=[{'IpProtocol': '-1', 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]}])"),
    good("a demo for oneself", "demo.launch(share=False, server_name='127.0.0.1')\nplt.subplots(2, 2, sharex=True, sharey=True)\nsns.set(share=True)"),
    good("a database inside", "rds.create_db_instance(DBInstanceIdentifier='d', PubliclyAccessible=False, ManageMasterUserPassword=True)"),
    good("packages from a mirror", "%pip install -q --index-url https://nexus.corp.example/repository/pypi/simple pandas\n"
        "!pip install --no-index --find-links /home/ec2-user/SageMaker/wheels xgboost\n!pip download --help\n!pip show boto3", locked=True),
    good("packages from CodeArtifact", "!aws codeartifact login --tool pip --domain d --domain-owner 111122223333 --repository r\n", locked=True),
    good("files of S3", "import pandas as pd\npd.read_csv('s3://bucket/x.csv')\n!aws s3 cp s3://bucket/x.csv .\n"
        "!git -C repo pull\n!git clone https://git.corp.example/team/x.git", locked=True),
    good("a model that lies here", "from transformers import AutoModel\nAutoModel.from_pretrained('./model')\nAutoModel.from_pretrained('/opt/ml/model')\n"
        "AutoModel.from_pretrained('org/name', local_files_only=True)", locked=True),
    good("an image of one's own registry", "!docker pull 111122223333.dkr.ecr.eu-west-1.amazonaws.com/base:1\n!docker images", locked=True),
    # --- a second round
    good("an estimator that is closed","from sagemaker.tensorflow import TensorFlow\nTensorFlow(entry_point='t.py', role=role, instance_count=2, instance_type='ml.m5.large', framework_version='2.11', py_version='py39', encrypt_inter_container_traffic=True, enable_network_isolation=True)"),
    good("a branch that a constant closes","import os, boto3\nsm = boto3.client('sagemaker')\nTRY = False\nif TRY:\n    os.system('sudo ls')\n    s3.put_object_acl(Bucket='b', Key='k', ACL='public-read')\n    sm.create_model(ModelName='m', EnableNetworkIsolation=False)\nelse:\n    print('no')"),
    good("a stand-in for AWS","import boto3\nsm = boto3.client('sagemaker', endpoint_url='http://localhost:4566')\nsm.create_model(ModelName='m', EnableNetworkIsolation=False)"),
    good("what limits an organization","scp = {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Action': '*', 'Resource': '*'}]}\norganizations.create_policy(Type='SERVICE_CONTROL_POLICY', Name='n', Description='d', Content=json.dumps(scp))"),
    good("a request from a file","import boto3\nclient = boto3.client('sagemaker')\nclient.create_model(**json.load(open('model.json')))"),
    good("a class of one's own","class Model:\n    def __init__(self, enable_network_isolation=False): ...\nModel(enable_network_isolation=False)"),
    good("a mock","from unittest.mock import MagicMock\nsm = MagicMock()\nsm.create_notebook_instance(RootAccess='Enabled')"),
    good("the same words for another API","response = requests.post(url, json={'RootAccess': 'Enabled', 'DirectInternetAccess': 'Enabled'})"),
    good("root in comments and texts","# !sudo apt install x\n'''\n!sudo apt install y\n'''\ncmd = 'sudo make me a sandwich'"),
    good("an option closes what the JSON opens",
        "!aws sagemaker update-notebook-instance --cli-input-json '{\"NotebookInstanceName\": \"n\", \"RootAccess\": \"Enabled\"}' --root-access Disabled"),
    good("another object's system", "planet().system('sudo du -sh /')"),
    good("root as a word","!python -c \"print('sudo')\"\n!ls /etc/sudoers.d || true\n!which sudo\n!man sudo"),
    good("packages listed","!apt-cache policy libssl\n!yum list installed\n!dnf repolist\n!rpm -qa"),
    good("a download for another program","!curl -s https://example.org/a.json | python -c 'import json,sys; print(json.load(sys.stdin))'\n!curl -s https://example.org/x.sh > x.sh\n!cat local.sh | bash"),
    good("this machine","requests.get('https://localhost:8443', verify=False)\nssl_context = ssl.create_default_context(cafile='ca.pem')"),
    good("credentials handed on","import boto3\nsession = boto3.Session()\ncreds = session.get_credentials()\nprint(creds.method, session.region_name)\nawsauth = AWS4Auth(creds.access_key, creds.secret_key, region, 'es')"),
    good("a password as an argument","def connect(user='admin', password=None):\n    password = password or os.environ['DB_PASSWORD']\n    return psycopg2.connect(user=user, password=password)"),
    good("placeholders","password = 'changeme'\npassword = 'xxxxxxxx'\ntoken = 'YOUR_TOKEN_HERE'\napi_key = '...'\nsecret = '${SECRET}'"),
    good("words that look like secrets","tokenizer.pad_token = '[PAD]'\nmax_tokens = 512\nkey = 'training-data/2024/part-0001.parquet'\nsecret_name = 'prod/db/credentials'"),
    good("addresses with examples","url = 'https://user@example.org/repo'\nurl2 = 'postgres://user:password@localhost/db'"),
    good("ACLs read","s3.get_bucket_acl(Bucket=b)\nprint('public-read')\nacls = ['private', 'public-read']"),
    good("policies that are narrow","condition = {'Effect': 'Allow', 'Action': 's3:ListAllMyBuckets', 'Resource': '*'}\ntrust = {'Effect':'Allow','Principal':{'AWS': f'arn:aws:iam::{account}:root'},'Action':'sts:AssumeRole'}"),
    good("a server of a container","app.run(host='0.0.0.0', port=8080)\nsock.bind(('0.0.0.0', 80))"),
    good("a port for the group","ec2.authorize_security_group_ingress(GroupId=g, IpPermissions=[{'IpProtocol': '-1', 'UserIdGroupPairs': [{'GroupId': g}]}])"),
    good("modes that are narrow","%%bash\nchmod 600 ~/.ssh/id_rsa\nchmod -R g+w shared\nchmod u=rwx,g=rx,o=rx bin"),
    good("modes that are narrow, by name","import os\nos.makedirs('x', exist_ok=True)\nos.chmod('x', stat.S_IRWXU | stat.S_IRGRP | stat.S_IROTH)"),
    good("packages from a folder","!pip install -r requirements.txt --no-index --find-links=./wheels\n!pip install ./dist/pkg-1.0-py3-none-any.whl\n!pip check", locked=True),
    good("SageMaker's own places","import sagemaker\nimg = sagemaker.image_uris.retrieve('xgboost', region, '1.7-1')\ns3 = sagemaker.s3.S3Downloader.download('s3://b/k', '.')", locked=True),
    good("addresses inside","requests.get('http://localhost:8080/ping')\nrequests.post('https://vpce-0a1b.execute-api.eu-west-1.vpce.amazonaws.com/x')", locked=True),
    good("models that lie here","import torch\nmodel = torch.load('model.pt')\nfrom transformers import AutoConfig\nAutoConfig.from_pretrained(model_dir)", locked=True),
    good("a page","%%html\n<p>sudo rm -rf /</p>"),
    good("a script for the lifecycle","%%writefile lifecycle/on-start.sh\n#!/bin/bash\nsudo -u ec2-user -i <<'EOF'\nsource activate JupyterSystemEnv\nEOF"),
    good("instructions in the text","1",markdown=("Run `sudo yum install jq` and set `EnableNetworkIsolation=False`; see https://user:pass@example.org",)),
    good("an ordinary output","1",outputs=("Successfully installed boto3-1.34.0\nsha256=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\neyJ0eXAi\n",)),
]  # fmt: skip


def findings(case: Case) -> set[str]:
    """The rules that find something in the case."""
    file = case.more.get("file", "case.ipynb")
    if file.endswith(".ipynb"):
        cells: list[dict[str, Any]] = [
            {"cell_type": "code", "metadata": {}, "source": s, "outputs": []} for s in case.cells
        ]
        for text in case.more.get("outputs", ()):
            cells[-1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]
        for text in case.more.get("markdown", ()):
            cells.append({"cell_type": "markdown", "metadata": {}, "source": text})
        content = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    else:
        content = "\n".join(case.cells)
    posture = LOCKED if case.more.get("locked") else frozenset[str]()
    chosen = tuple(entries().values())
    strict = bool(case.more.get("strict"))
    if not strict:
        chosen = tuple(entry for entry in chosen if not entry.strict)
    outcome = lint_document(read(content.encode(), file), Selection(chosen, strict, posture))
    return {found.rule for found in outcome.found}


@pytest.mark.parametrize("case", BREAKS, ids=lambda case: case.name)
def test_what_breaks_something_is_found_and_nothing_else(case: Case) -> None:
    found = findings(case)
    also = set(case.more.get("also", "").split())
    if case.more.get("strict"):  # there is more that is missing
        assert case.finds <= found
    else:
        assert case.finds <= found <= case.finds | also


@pytest.mark.parametrize("case", LOOKS_ALIKE, ids=lambda case: case.name)
def test_what_only_looks_like_it_is_silent(case: Case) -> None:
    assert findings(case) == set()
