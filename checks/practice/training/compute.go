package training

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// ManagedCompute judges training.managed-compute: training is defined to run
// on managed compute (rubric; clarification 78).
var ManagedCompute = capability.Check{
	ID: "training.managed-compute",
	Doc: capability.Doc{
		Title:         "Training on managed compute",
		Why:           "A laptop sleeps, runs out of memory and belongs to one person. Managed compute is there for any job, in the size the job asks for.",
		Counts:        "A training job for SageMaker, Azure ML, Vertex AI, Databricks or AWS Batch, a Kubernetes job, a Ray or Slurm cluster, or a self-hosted GPU runner.",
		Partial:       "A training image that nothing runs on such a platform.",
		Not:           "An ordinary hosted CI runner; instances that only the README names.",
		NotApplicable: "The repository only serves a model trained elsewhere.",
		How: []capability.Way{
			{Tool: "sagemaker", Title: "Submit training as a SageMaker job", Steps: []string{
				"Create submit.py: PyTorch(entry_point=\"train.py\", source_dir=\"src\", instance_type=\"ml.g4dn.xlarge\", instance_count=1, …).fit({\"train\": \"s3://…\"}).",
				"Run it from the training workflow."}},
			{Tool: "azure-ml", Title: "Declare training as an Azure ML command job", Steps: []string{
				"Create train.yml with command, code, environment and compute: azureml:cpu-cluster.",
				"Run az ml job create --file train.yml from the training workflow."}},
			{Tool: "vertex-ai", Title: "Submit training as a Vertex AI custom job", Steps: []string{
				"Push the training image and run gcloud ai custom-jobs create --region=… --display-name=train --config=job.yaml."}},
			{Tool: "kubectl", Title: "Run training as a Kubernetes Job", Steps: []string{
				"Create k8s/train-job.yaml with kind: Job, the training image and resources.limits, and apply it from the training workflow."}},
			{Title: "Give training a job definition on a platform you have", Steps: []string{
				"Put the training script into an image with pinned requirements.",
				"Describe one run as a job of the platform (cloud training service, Kubernetes Job, Slurm script with #SBATCH lines) and commit the file.",
				"Submit that file from the training workflow instead of running the script on the runner."}},
		},
		Effort:     "days",
		References: []string{"https://learn.microsoft.com/azure/architecture/ai-ml/guide/mlops-maturity-model", "https://kubernetes.io/docs/concepts/workloads/controllers/job/"},
	},
	Run: onlyIfTrained(managedCompute),
}

func managedCompute(v *evidence.View) report.Finding {
	if e := v.ManagedCompute(); len(e) > 0 {
		return capability.Met("training is defined to run on managed compute", e...)
	}
	if e := v.TrainingImage(); len(e) > 0 {
		return capability.Partial("there is a training image, but nothing runs it on managed compute", e...)
	}
	return capability.Missing("training runs on a person's machine or a hosted runner")
}
