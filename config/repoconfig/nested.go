package repoconfig

import "github.com/mlops-maturity/mlops-maturity/checks/maturity"

// The keys below other keys.

func boundsFields() []field {
	return []field{
		{key: targetKey, kind: levels(), example: "3", doc: "The level aimed at."},
		{key: minimumKey, kind: levels(), example: "2", doc: "The level below which the check fails."},
	}
}

func dimensions() named {
	return named{"dimension", rows(func(r maturity.Row) string { return r.Dimension }), mapping{fields: boundsFields()}}
}

func projects() list {
	return list{most: mostProjects, key: "path", unique: []string{"path"}, of: mapping{fields: append([]field{
		{key: "path", kind: folder, required: true, example: "services/churn", doc: "The project's folder, from the repository's root."},
		{key: "name", kind: line, example: "churn", doc: "What reports and the check run call it; else the folder's name."},
	}, append(boundsFields(),
		field{key: "dimensions", kind: dimensions(), doc: "Targets and minimums of its dimensions."})...)}}
}

func capability() known {
	return known{"the id of a capability, such as monitoring.model-quality", rows(func(r maturity.Row) string { return r.ID }),
		"mlops-maturity explain lists all of them"}
}

// where is the key that both waivers and attestations have for their scope.
func where() field {
	return field{key: "paths", kind: list{of: glob{}, most: mostGlobs}, example: `["services/churn/**"]`,
		doc: "Folders of the projects that it is for; without it the whole repository."}
}

func waivers() list {
	return list{most: mostWaivers, both: true, unique: []string{"capability", "paths"}, of: mapping{fields: []field{
		{key: "capability", kind: capability(), required: true, example: "monitoring.model-quality", doc: "The capability that may rest."},
		{key: "reason", kind: prose, required: true, example: "No traffic before the launch in March", doc: "Why, for those who read it later."},
		{key: "owner", kind: line, required: true, example: `"@acme/ml"`, doc: "Who answers for it: a team or a person."},
		{key: "expires", kind: date{}, required: true, example: "2027-03-01", doc: "The last day on which it holds (UTC)."},
		where(),
	}}}
}

func attestations() list {
	return list{most: mostWaivers, both: true, unique: []string{"capability", "paths"}, of: mapping{anyOf: []string{"statement", "link"}, fields: []field{
		{key: "capability", kind: capability(), required: true, example: "people.cross-functional", doc: "The capability that is there."},
		{key: "statement", kind: prose, example: "Data scientists and engineers share one backlog", doc: "What is true; this or a link is needed."},
		{key: "by", kind: line, required: true, example: "Head of ML", doc: "Who says so."},
		{key: "on", kind: date{}, required: true, example: "2026-10-01", doc: "The day on which it was said."},
		{key: "link", kind: link, example: "https://wiki.acme.example/ml-teams", doc: "Where it can be seen."},
		{key: "expires", kind: date{}, required: true, example: "2027-04-01", doc: "The last day on which it holds (UTC)."},
		where(),
	}}}
}

func systemFields() []field {
	return []field{
		{key: "repositories", kind: list{of: repository, most: 20}, example: "[churn-serving]",
			doc: "Repositories of the same owner whose evidence counts here, such as those that serve or monitor the model."},
	}
}

func organizationFields() []field {
	return []field{
		{key: "lock", kind: list{of: lock{}, most: 50}, example: "[minimum_level, waivers]",
			doc: "Keys that repositories cannot set, such as minimum_level or dimensions.training."},
		{key: "include", kind: list{of: repositoryGlob, most: 100}, example: `["ml-*"]`,
			doc: "Repositories that are judged, as patterns of their names; without it all."},
		{key: "exclude", kind: list{of: repositoryGlob, most: 100}, example: `["sandbox-*"]`,
			doc: "Repositories that are not judged, whatever include says."},
		{key: "max_waiver_days", kind: integer{0, 3650}, example: "180",
			doc: "How many days ahead a waiver may end at most; 0 is no bound."},
		{key: "property", kind: property, example: "mlops_maturity_level",
			doc: "The custom property of repositories that the level is written to."},
	}
}

// toolExample is the least that a tool of one's own says.
const toolExample = `
- id: acme-trainer
  name: Acme trainer
  home: https://wiki.acme.example/trainer
  about: Starts training jobs on our cluster.
  match:
    training-job:
      - {command: acme-train submit}
  examples:
    training-job:
      - shell: acme-train submit --config churn.yml
  near_misses:
    training-job:
      - shell: acme-train logs churn`
