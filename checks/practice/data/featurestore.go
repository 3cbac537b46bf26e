package data

import (
	"github.com/mlops-maturity/mlops-maturity/checks/capability"
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// FeatureStore judges data.feature-store: a feature store is called (rubric).
var FeatureStore = capability.Check{
	ID: "data.feature-store",
	Doc: capability.Doc{
		Title:         "Feature store",
		Why:           "Training and serving must compute a feature the same way. A feature store computes it once and gives it to both, with its history.",
		Counts:        "Code that writes to or reads from a feature store: Feast, Tecton, Hopsworks, or the store of SageMaker, Vertex AI, Azure ML, Databricks or Snowflake.",
		Not:           "A folder or module that is called features; a client in the requirements that nothing calls.",
		NotApplicable: "The repository only serves an existing model.",
		How: []capability.Way{
			{Tool: "databricks", Title: "Write the features to a Databricks feature table", Steps: []string{
				"Create the table once: FeatureEngineeringClient().create_table(name=\"catalog.schema.features\", primary_keys=[\"id\"], df=features).",
				"Train from create_training_set with a FeatureLookup, and log the model with the same client, so that scoring looks the features up itself."}},
			{Tool: "sagemaker", Title: "Keep the features in a SageMaker feature group", Steps: []string{
				"Create the group with FeatureGroup(name=…).create and fill it with ingest in the preparation step.",
				"Read the training set with athena_query, and single records online with get_record."}},
			{Title: "Define the features with Feast", Steps: []string{
				"Run feast init feature_repo and describe entity, source and FeatureView in feature_repo/features.py; run feast apply.",
				"Replace the joins of the training script by store.get_historical_features, and those of the service by store.get_online_features."}},
		},
		Effort:     "weeks",
		References: []string{"https://docs.feast.dev/getting-started/quickstart"},
	},
	Run: onlyIfTrained(featureStore),
}

func featureStore(v *evidence.View) report.Finding {
	if uses := v.Live(catalog.RoleFeatureStore); len(uses) > 0 {
		return capability.Met("a feature store is called", v.ShowAll(uses)...)
	}
	return capability.Missing("no feature store is called")
}
