"""Which class of the SageMaker Python SDK makes which request, and which argument becomes which of
its parameters: versions 2 and 3 side by side, and the re-exports of both.

From the SDK's own code (sagemaker 2.257; sagemaker-core 2.27; sagemaker-train, -serve and -mlops
1.27). A class is known by its last name below `sagemaker`, because the same class is exported from
several modules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Arguments = Mapping[str, str]


@dataclass(frozen=True)
class Maker:
    """A class or function of the SDK: the operation, arguments by name as paths of parameters, the
    root under which objects put theirs, and positions of arguments that are given without name.

    `config` is where the SDK's defaults file keeps this operation's parameters; `unset` are paths
    that it does not take from there. `secure` are paths that the SDK sets by itself.
    """

    operation: str
    arguments: Arguments
    config: str = ""
    unset: tuple[str, ...] = ()
    secure: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    nested: Mapping[str, Arguments] = field(default_factory=dict)


def _network(prefix: str) -> dict[str, str]:
    return {
        "enable_network_isolation": f"{prefix}EnableNetworkIsolation",
        "encrypt_inter_container_traffic": f"{prefix}EnableInterContainerTrafficEncryption",
        "enable_inter_container_traffic_encryption": (
            f"{prefix}EnableInterContainerTrafficEncryption"
        ),
        "subnets": f"{prefix}VpcConfig.Subnets",
        "security_group_ids": f"{prefix}VpcConfig.SecurityGroupIds",
    }


_SHAPES = ("NetworkConfig", "Networking", "Compute", "OutputDataConfig", "VpcConfig", "Network",
           "ResourceConfig", "MonitoringNetworkConfig", "ClusterConfig", "DataCaptureConfig",
           "AsyncInferenceConfig", "AsyncInferenceOutputConfig")  # fmt: skip
"""Classes of the SDK that hold arguments of others."""
SHAPE_POSITIONS = {
    "NetworkConfig": (
        "enable_network_isolation", "security_group_ids", "subnets",
        "encrypt_inter_container_traffic",
    ),
}  # fmt: skip
"""Their arguments that may be given without a name, in order."""

_COMPUTE = {
    "volume_kms_key_id": "ResourceConfig.VolumeKmsKeyId",
    "instance_count": "ResourceConfig.InstanceCount",
    "instance_type": "ResourceConfig.InstanceType",
}
_TRAINING = {
    **_network(""),
    "volume_kms_key": "ResourceConfig.VolumeKmsKeyId",
    "output_kms_key": "OutputDataConfig.KmsKeyId",
    "instance_count": "ResourceConfig.InstanceCount",
    "train_instance_count": "ResourceConfig.InstanceCount",
    "instance_type": "ResourceConfig.InstanceType",
    "train_instance_type": "ResourceConfig.InstanceType",
    "tags": "Tags",
    "training_repository_access_mode": (
        "AlgorithmSpecification.TrainingImageConfig.TrainingRepositoryAccessMode"
    ),
}
_ESTIMATOR = Maker("CreateTrainingJob", _TRAINING, config="TrainingJob")
_GENERIC = Maker(
    "CreateTrainingJob",
    _TRAINING,
    config="TrainingJob",
    positions=("", "", "instance_count", "instance_type"),
)
_TRAINER = Maker(
    "CreateTrainingJob",
    {"kms_key_id": "OutputDataConfig.KmsKeyId", "kms_key_arn": "OutputDataConfig.KmsKeyId"},
    config="TrainingJob",
    unset=("EnableInterContainerTrafficEncryption",),
    nested={
        "networking": _network(""),
        "compute": _COMPUTE,
        "output_data_config": {"kms_key_id": "OutputDataConfig.KmsKeyId"},
    },
)
_REMOTE = Maker(
    "CreateTrainingJob",
    {**_TRAINING, "s3_kms_key": "OutputDataConfig.KmsKeyId"},
    config="RemoteFunction",
)
_NOTEBOOK_JOB = Maker(
    "CreateTrainingJob",
    {**_TRAINING, "s3_kms_key": "OutputDataConfig.KmsKeyId"},
    config="NotebookJob",
    secure=("EnableInterContainerTrafficEncryption",),
)
_MODEL = Maker(
    "CreateModel",
    {
        "enable_network_isolation": "EnableNetworkIsolation",
        "vpc_config": "VpcConfig",
        "image_config": "PrimaryContainer.ImageConfig",
    },
    config="Model",
    nested={"network": _network("")},
)
_PIPELINE_MODEL = Maker(
    "CreateModel",
    {"enable_network_isolation": "EnableNetworkIsolation", "vpc_config": "VpcConfig"},
    config="Model",
)
_CLUSTER = "ProcessingResources.ClusterConfig"
_PROCESSOR = Maker(
    "CreateProcessingJob",
    {
        "volume_kms_key": f"{_CLUSTER}.VolumeKmsKeyId",
        "output_kms_key": "ProcessingOutputConfig.KmsKeyId",
        "instance_count": f"{_CLUSTER}.InstanceCount",
        "instance_type": f"{_CLUSTER}.InstanceType",
    },
    config="ProcessingJob",
    nested={"network_config": _network("NetworkConfig.")},
)


def _monitor(operation: str, prefix: str, cluster: str, output: str, config: str) -> Maker:
    return Maker(
        operation,
        {
            "volume_kms_key": f"{cluster}.VolumeKmsKeyId",
            "output_kms_key": f"{output}.KmsKeyId",
            "instance_count": f"{cluster}.InstanceCount",
            "instance_type": f"{cluster}.InstanceType",
        },
        config=config,
        nested={"network_config": _network(f"{prefix}NetworkConfig.")},
    )


def _definition(kind: str) -> Maker:
    output = f"{kind}JobOutputConfig"
    return _monitor(
        f"Create{kind}JobDefinition", "", "JobResources.ClusterConfig", output, config=""
    )


_JOB = "MonitoringScheduleConfig.MonitoringJobDefinition."
_AUTOML = {
    "encrypt_inter_container_traffic": "EnableInterContainerTrafficEncryption",
    "vpc_config": "VpcConfig",
    "volume_kms_key": "VolumeKmsKeyId",
}


def _automl(operation: str, prefix: str, config: str) -> Maker:
    arguments = {name: prefix + path for name, path in _AUTOML.items()}
    return Maker(operation, {**arguments, "output_kms_key": "OutputDataConfig.KmsKeyId"}, config)


MAKERS: dict[str, Maker] = {
    "Estimator": _GENERIC,
    "EstimatorBase": _ESTIMATOR,
    "AutoML": _automl("CreateAutoMLJob", "AutoMLJobConfig.SecurityConfig.", "AutoMLJob"),
    "AutoMLV2": _automl("CreateAutoMLJobV2", "SecurityConfig.", "AutoMLJobV2"),
    "Transformer": Maker(
        "CreateTransformJob",
        {
            "output_kms_key": "TransformOutput.KmsKeyId",
            "volume_kms_key": "TransformResources.VolumeKmsKeyId",
            "instance_type": "TransformResources.InstanceType",
        },
        config="TransformJob",
    ),
    "PipelineModel": _PIPELINE_MODEL,
    "ModelBuilder": _MODEL,
    "ModelMonitor": _monitor(
        "CreateMonitoringSchedule",
        _JOB,
        f"{_JOB}MonitoringResources.ClusterConfig",
        f"{_JOB}MonitoringOutputConfig",
        "MonitoringSchedule",
    ),
    "DefaultModelMonitor": _definition("DataQuality"),
    "ModelQualityMonitor": _definition("ModelQuality"),
    "ModelBiasMonitor": _definition("ModelBias"),
    "ModelExplainabilityMonitor": _definition("ModelExplainability"),
    "remote": _REMOTE,
    "RemoteExecutor": _REMOTE,
    "step": _REMOTE,
    "NotebookJobStep": _NOTEBOOK_JOB,
}
MAKERS.update(dict.fromkeys(
    ("PyTorch", "TensorFlow", "SKLearn", "XGBoost", "HuggingFace", "MXNet", "Chainer",
     "RLEstimator", "Framework", "JumpStartEstimator", "AlgorithmEstimator", "KMeans", "PCA",
     "LinearLearner", "FactorizationMachines", "LDA", "NTM", "RandomCutForest", "KNN", "Object2Vec",
     "IPInsights"),
    _ESTIMATOR,
))  # fmt: skip
MAKERS.update(dict.fromkeys(
    ("ModelTrainer", "SFTTrainer", "DPOTrainer", "RLVRTrainer", "RLAIFTrainer", "CPTTrainer",
     "MultiTurnRLTrainer"),
    _TRAINER,
))  # fmt: skip
MAKERS.update(dict.fromkeys(
    ("Model", "FrameworkModel", "PyTorchModel", "TensorFlowModel", "SKLearnModel", "XGBoostModel",
     "HuggingFaceModel", "MXNetModel", "ChainerModel", "JumpStartModel", "MultiDataModel",
     "ModelPackage", "DJLModel", "TritonModel", "SparkMLModel", "KMeansModel", "PCAModel",
     "LinearLearnerModel", "FactorizationMachinesModel", "RandomCutForestModel", "KNNModel",
     "NTMModel", "LDAModel", "IPInsightsModel"),
    _MODEL,
))  # fmt: skip
MAKERS.update(dict.fromkeys(
    ("Processor", "ScriptProcessor", "FrameworkProcessor", "SKLearnProcessor", "PyTorchProcessor",
     "TensorFlowProcessor", "XGBoostProcessor", "HuggingFaceProcessor", "MXNetProcessor",
     "PySparkProcessor", "SparkJarProcessor", "SageMakerClarifyProcessor", "DataWranglerProcessor"),
    _PROCESSOR,
))  # fmt: skip
METHODS: dict[tuple[str, str], Maker] = {
    ("FeatureGroup", "create"): Maker(
        "CreateFeatureGroup",
        {
            "online_store_kms_key_id": "OnlineStoreConfig.SecurityConfig.KmsKeyId",
            "enable_online_store": "OnlineStoreConfig.EnableOnlineStore",
            "online_store_storage_type": "OnlineStoreConfig.StorageType",
            "offline_store_kms_key_id": "OfflineStoreConfig.S3StorageConfig.KmsKeyId",
            "s3_uri": "OfflineStoreConfig.S3StorageConfig.S3Uri",
        },
        config="FeatureGroup",
        positions=(
            *("s3_uri", "", "", "", "online_store_kms_key_id", "enable_online_store"),
            "offline_store_kms_key_id",
        ),
    ),
}
_DEPLOY = Maker(
    "CreateEndpointConfig",
    {
        "kms_key": "KmsKeyId",
        "initial_instance_count": "ProductionVariants.[].InitialInstanceCount",
        "instance_type": "ProductionVariants.[].InstanceType",
        "serverless_inference_config": "ProductionVariants.[].ServerlessConfig",
    },
    config="EndpointConfig",
    positions=("initial_instance_count", "instance_type"),
    nested={
        "data_capture_config": {"kms_key_id": "DataCaptureConfig.KmsKeyId"},
        "async_inference_config": {"kms_key_id": "AsyncInferenceConfig.OutputConfig.KmsKeyId"},
    },
)
METHODS.update(
    {(name, "deploy"): _DEPLOY for name in ("HyperparameterTuner", "AutoML", "AutoMLV2")}
)
METHODS.update(
    {
        (name, "deploy"): _DEPLOY
        for name, maker in MAKERS.items()
        if maker in (_MODEL, _PIPELINE_MODEL, _ESTIMATOR, _GENERIC) and name != "ModelBuilder"
    }
)
_TRANSFORM = MAKERS["Transformer"]
METHODS.update(
    {
        (name, "transformer"): _TRANSFORM
        for name, maker in MAKERS.items()
        if maker in (_MODEL, _PIPELINE_MODEL, _ESTIMATOR, _GENERIC)
    }
)
PACKAGES = ("sagemaker", "sagemaker_core")


def is_shape(name: str) -> bool:
    """Whether the SDK's class of that dotted name holds arguments of others."""
    return _in_sdk(name) and name.rpartition(".")[2] in _SHAPES


def maker_of(name: str) -> Maker | None:
    """What calling the thing of that dotted name makes: a class, or a method of an instance."""
    if not _in_sdk(name) or ".serve.configs." in name:
        return None
    owner, called, method = name.rpartition("().")
    if called:
        return METHODS.get((owner.rpartition(".")[2], method)) if "." not in method else None
    parts = name.split(".")
    if parts[-1] in ("step", "remote") and not {"function_step", "remote_function"} & set(parts):
        return None
    return MAKERS.get(parts[-1])


def resource_of(name: str) -> str | None:
    """The operation of a low-level resource's `create`: `sagemaker.core.resources.Model.create`."""
    parts = name.split(".")
    is_create = parts[-1] == "create" and len(parts) > 2 and parts[-3] == "resources"
    return f"Create{parts[-2]}" if is_create and _in_sdk(name) else None


def _in_sdk(name: str) -> bool:
    return name.partition(".")[0] in PACKAGES
