package talk

// The identifiers of the buttons on a check run. They stand in check runs that
// are there for years: never change one.
const (
	ExplainButton = "explain"
	RecheckButton = "recheck"
	WaiveButton   = "waive"
)

// Button is a button on a check run.
type Button struct{ Label, Description, Identifier string }

// Buttons are those of a judged check run. waivable says that a waiver could
// be proposed.
func Buttons(waivable bool) []Button {
	buttons := []Button{
		{"Explain", "What the next level asks for", ExplainButton},
		{"Re-check", "Judge this commit again", RecheckButton},
	}
	if waivable {
		buttons = append(buttons, Button{"Waive", "Propose a waiver as a pull request", WaiveButton})
	}
	return buttons
}
