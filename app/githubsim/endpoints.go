package githubsim

// Endpoints names what the Sim serves, as "METHOD /path/{parameter}", without
// the /api/v3 prefix.
func Endpoints() []string {
	var patterns []string
	for _, e := range endpoints() {
		patterns = append(patterns, e.pattern)
	}
	return patterns
}

// endpoints is the one list of what the Sim serves.
func endpoints() []endpoint {
	contents := []string{"contents:read"}
	contentsWrite := []string{"contents:write"}
	pulls := []string{"pull_requests:read"}
	checksRead, checksWrite := []string{"checks:read"}, []string{"checks:write"}
	talkRead := []string{"issues:read", "pull_requests:read"}
	talkWrite := []string{"issues:write", "pull_requests:write"}
	const repo = "/repos/{owner}/{repo}"
	return []endpoint{
		{"GET /app", asApp, nil, getApp},
		{"GET /app/installations", asApp, nil, listInstallations},
		{"GET /app/installations/{id}", asApp, nil, getInstallation},
		{"POST /app/installations/{id}/access_tokens", asApp, nil, createToken},
		{"GET /app/hook/config", asApp, nil, getHookConfig},
		{"GET /app/hook/deliveries", asApp, nil, listDeliveries},
		{"GET /app/hook/deliveries/{id}", asApp, nil, getDelivery},
		{"POST /app/hook/deliveries/{id}/attempts", asApp, nil, redeliver},
		{"POST /app-manifests/{code}/conversions", asLink, nil, convertManifest},
		{"POST /organizations/{org}/settings/apps/new", asLink, nil, registerApp},
		{"POST /settings/apps/new", asLink, nil, registerApp},
		{"GET " + repo + "/installation", asApp, nil, getRepoInstallation},
		{"GET /installation/repositories", asInstallation, nil, listInstallationRepos},
		{"GET /rate_limit", asInstallation, nil, getRateLimit},
		{"POST /graphql", asInstallation, nil, graphQL},
		{"POST /api/graphql", asInstallation, nil, graphQL},

		{"GET " + repo, asInstallation, []string{"metadata:read"}, getRepo},
		{"GET " + repo + "/branches/{branch...}", asInstallation, contents, getBranch},
		{"GET " + repo + "/commits/{ref...}", asInstallation, nil, getBelowCommit},
		{"GET " + repo + "/compare/{basehead...}", asInstallation, contents, compareCommits},
		{"GET " + repo + "/git/ref/{ref...}", asInstallation, contents, getRef},
		{"GET " + repo + "/git/commits/{sha}", asInstallation, contents, getGitCommit},
		{"GET " + repo + "/git/trees/{sha...}", asInstallation, contents, getTree},
		{"GET " + repo + "/git/blobs/{sha}", asInstallation, contents, getBlob},
		{"GET " + repo + "/contents/{path...}", asInstallation, contents, getContents},
		{"PUT " + repo + "/contents/{path...}", asInstallation, contentsWrite, putContents},
		{"POST " + repo + "/git/refs", asInstallation, contentsWrite, createRef},
		{"GET " + repo + "/collaborators/{username}/permission", asInstallation, []string{"metadata:read"}, getPermission},
		{"GET " + repo + "/tarball/{ref...}", asInstallation, contents, getTarball},
		{"GET " + codeloadPrefix + "{owner}/{repo}/legacy.tar.gz/{sha}", asLink, nil, download},

		{"GET " + repo + "/pulls", asInstallation, pulls, listPulls},
		{"POST " + repo + "/pulls", asInstallation, []string{"pull_requests:write"}, createPull},
		{"GET " + repo + "/pulls/{number}", asInstallation, pulls, getPull},
		{"GET " + repo + "/pulls/{number}/files", asInstallation, pulls, listPullFiles},

		{"POST " + repo + "/check-runs", asInstallation, checksWrite, createCheckRun},
		{"GET " + repo + "/check-runs/{id}", asInstallation, checksRead, getCheckRun},
		{"PATCH " + repo + "/check-runs/{id}", asInstallation, checksWrite, updateCheckRun},
		{"GET " + repo + "/check-runs/{id}/annotations", asInstallation, checksRead, listAnnotations},
		{"GET " + repo + "/check-suites/{id}", asInstallation, checksRead, getCheckSuite},
		{"GET " + repo + "/check-suites/{id}/check-runs", asInstallation, checksRead, listSuiteRuns},

		{"GET " + repo + "/properties/values", asInstallation, []string{"metadata:read"}, listProperties},
		{"PATCH " + repo + "/properties/values", asInstallation, []string{"repository_custom_properties:write"}, updateProperties},
		{"GET " + repo + "/issues", asInstallation, []string{"issues:read"}, listIssues},
		{"POST " + repo + "/issues", asInstallation, []string{"issues:write"}, createIssue},
		{"GET " + repo + "/issues/{number}", asInstallation, []string{"issues:read"}, getIssue},
		{"PATCH " + repo + "/issues/{number}", asInstallation, []string{"issues:write"}, updateIssue},

		// The mux finds {number}/comments and comments/{id} ambiguous, so the
		// handler looks at the last segment itself.
		{"GET " + repo + "/issues/{number}/{below}", asInstallation, talkRead, listBelowIssue},
		{"POST " + repo + "/issues/{number}/comments", asInstallation, talkWrite, createComment},
		{"GET " + repo + "/issues/comments/{id}", asInstallation, talkRead, getComment},
		{"PATCH " + repo + "/issues/comments/{id}", asInstallation, talkWrite, updateComment},
		{"DELETE " + repo + "/issues/comments/{id}", asInstallation, talkWrite, deleteComment},
		{"POST " + repo + "/issues/comments/{id}/reactions", asInstallation, talkWrite, createReaction},
		{"GET " + repo + "/issues/comments/{id}/reactions", asInstallation, talkRead, listReactions},
	}
}
