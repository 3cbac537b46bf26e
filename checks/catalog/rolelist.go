package catalog

// Roles lists every role, in the order of roles.go; a test proves it complete.
var Roles = []Role{
	RoleTest, RoleTestClient, RoleLoadTest, RoleLint, RolePreCommit,
	RoleSecurity, RoleBuild, RolePublish, RoleInstall, RoleDataAcquire,
	RoleDataTransform, RoleDataSplit, RoleDataVersion, RoleDataValidate, RoleFeatureStore,
	RoleBundledDataset, RoleFit, RoleLearner, RoleTrainingJob, RoleTrack,
	RoleTrackStart, RoleTrackModel, RoleTrackData, RoleTrackWeak, RoleMetric,
	RoleTune, RoleConfig, RoleSeed, RolePipeline, RoleStep,
	RolePipelineRun, RoleSchedule, RoleManagedCompute, RoleModelSave, RoleModelLoad,
	RoleRegister, RoleRegistryLoad, RoleRegistryTransfer, RoleHub, RoleArtifactStore,
	RoleServe, RoleServeRun, RoleBatchScore, RolePredict, RolePackage,
	RoleDeploy, RoleDeployStatic, RoleInfra, RoleTraffic, RoleRollback,
	RoleServiceMetrics, RoleStructuredLog, RolePredictionLog, RoleDrift, RoleAlert,
	RoleLLM, RoleRetrieval, RoleEmbed, RolePrompt, RoleLLMEval,
	RoleFineTune,
}

var roleNames = func() []string {
	names := make([]string, len(Roles))
	for i, r := range Roles {
		names[i] = string(r)
	}
	return names
}()
