package catalog

// Role is what a matched line does. The set is closed: a check asks for roles,
// a tool file names them, and nothing else connects the two.
type Role string

// The roles, by dimension.
const (
	// Application.
	RoleTest       Role = "test"        // runs or declares automated tests (command, call of a runner)
	RoleTestClient Role = "test-client" // exercises an application over HTTP in a test (TestClient, supertest)
	RoleLoadTest   Role = "load-test"   // locust, k6
	RoleLint       Role = "lint"        // linter, formatter or type checker
	RolePreCommit  Role = "pre-commit"  // runs the configured hooks
	RoleSecurity   Role = "security"    // scans dependencies, code or secrets
	RoleBuild      Role = "build"       // builds a package or an image
	RolePublish    Role = "publish"     // publishes a package, image, release asset
	RoleInstall    Role = "install"     // installs dependencies (pip install, poetry install …)

	// Data.
	RoleDataAcquire    Role = "data-acquire"    // downloads or queries data
	RoleDataTransform  Role = "data-transform"  // cleans, joins, derives features
	RoleDataSplit      Role = "data-split"      // train/test split
	RoleDataVersion    Role = "data-version"    // versions data (DVC, LFS, lakeFS, versioned data asset)
	RoleDataValidate   Role = "data-validate"   // schema or quality check
	RoleFeatureStore   Role = "feature-store"   // reads from or writes to a feature store
	RoleBundledDataset Role = "bundled-dataset" // loads a data set that ships inside a library

	// Training.
	RoleFit            Role = "fit"             // fits model parameters
	RoleLearner        Role = "learner"         // constructs a model or trainer that can be fitted
	RoleTrainingJob    Role = "training-job"    // submits or declares training on a managed platform
	RoleTrack          Role = "track"           // records parameters or metrics of a run in a tracker
	RoleTrackStart     Role = "track-start"     // opens a run or experiment
	RoleTrackModel     Role = "track-model"     // logs a model to a run
	RoleTrackData      Role = "track-data"      // logs a data version or data set to a run
	RoleTrackWeak      Role = "track-weak"      // TensorBoard, CSV logger
	RoleMetric         Role = "metric"          // computes an evaluation metric
	RoleTune           Role = "tune"            // hyper-parameter search
	RoleConfig         Role = "config"          // reads parameters from options or a file (argparse, hydra, click)
	RoleSeed           Role = "seed"            // sets a random seed
	RolePipeline       Role = "pipeline"        // declares a pipeline of steps
	RoleStep           Role = "step"            // declares a step or task of a pipeline
	RolePipelineRun    Role = "pipeline-run"    // runs a pipeline (dvc repro, kedro run …)
	RoleSchedule       Role = "schedule"        // gives a pipeline a schedule
	RoleManagedCompute Role = "managed-compute" // names managed compute (cluster, GPU job, Batch, Ray)

	// Model.
	RoleModelSave        Role = "model-save"          // writes a model to a path
	RoleModelLoad        Role = "model-load"          // loads a trained model
	RoleRegister         Role = "register"            // registers a model by name in a registry
	RoleRegistryLoad     Role = "registry-load"       // loads a model from a registry by name and version/alias/stage
	RoleRegistryTransfer Role = "registry-transition" // moves a stage or alias
	RoleHub              Role = "hub"                 // pushes to or loads from a model hub
	RoleArtifactStore    Role = "artifact-store"      // object storage upload/download

	// Deployment.
	RoleServe        Role = "serve"         // declares a serving application or route (API, UI app, model server)
	RoleServeRun     Role = "serve-run"     // starts a server (uvicorn, gunicorn, bentoml serve …)
	RoleBatchScore   Role = "batch-score"   // a batch scoring job
	RolePredict      Role = "predict"       // asks a model for predictions
	RolePackage      Role = "package"       // packages a model with its service (bentoml build, mlserver build …)
	RoleDeploy       Role = "deploy"        // rolls out code or a model to an environment
	RoleDeployStatic Role = "deploy-static" // deploys documentation or a static site
	RoleInfra        Role = "infra"         // declares or applies infrastructure
	RoleTraffic      Role = "traffic"       // splits or shifts traffic (canary, A/B, shadow)
	RoleRollback     Role = "rollback"      // returns to a previous version

	// Monitoring.
	RoleServiceMetrics Role = "service-metrics" // operational metrics, traces, error reporting
	RoleStructuredLog  Role = "structured-log"
	RolePredictionLog  Role = "prediction-log" // stores inputs and predictions
	RoleDrift          Role = "drift"          // computes drift or production quality
	RoleAlert          Role = "alert"          // notifies someone

	// Language models.
	RoleLLM       Role = "llm"       // calls a hosted or local language model
	RoleRetrieval Role = "retrieval" // vector store, retriever, index
	RoleEmbed     Role = "embed"     // computes embeddings for an index
	RolePrompt    Role = "prompt"    // prompt registry or templates
	RoleLLMEval   Role = "llm-eval"  // evaluates prompts, retrieval or generations
	RoleFineTune  Role = "fine-tune" // fine-tunes a language model
)

// Strength orders how much a match proves. Only the automation graph may say
// that a use is reached by a trigger; a tool file states no more than Used.
type Strength uint8

// The strengths a tool file may state.
const (
	Declared   Strength = iota + 1 // in a manifest
	Configured                     // a configuration file
	Used                           // called or invoked somewhere
)
