package render

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

func TestBadge(t *testing.T) {
	for name, b := range map[string]Badge{
		"0": {Judged: true, Kind: report.MLProject}, "2": {Judged: true, Kind: report.LLMApplication, Level: 2}, "4": {Judged: true, Kind: report.MLProject, Level: 4},
		"library": {Judged: true, Kind: report.MLLibrary}, "new": {},
	} {
		svg := string(b.SVG())
		golden(t, "badge-"+name+".svg", svg)
		golden(t, "badge-"+name+".json", string(b.JSON()))
		for d := xml.NewDecoder(strings.NewReader(svg)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(name, err)
			}
		}
		if len(svg) > 1500 {
			t.Errorf("%s: %d bytes", name, len(svg))
		}
		var endpoint struct {
			SchemaVersion         int
			Label, Message, Color string
		}
		if err := json.Unmarshal(b.JSON(), &endpoint); err != nil || endpoint.SchemaVersion != 1 || endpoint.Label+": "+endpoint.Message != b.Text() {
			t.Errorf("%s: %+v %v", name, endpoint, err)
		}
	}
}
