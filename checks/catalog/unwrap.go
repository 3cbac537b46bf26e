package catalog

func unwrap(argv []string) [][]string { return [][]string{argv} }
