package repoconfig

import "testing"

// What a webhook costs before anything is judged.
func BenchmarkParse(b *testing.B) {
	for name, file := range map[string]string{"full": "testdata/valid/full.yml", "everything": "testdata/everything.yml"} {
		data := read(b, file)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, notes := Read(Source{Path: "x", Origin: OrganizationFile}, data); len(notes) > 0 {
					b.Fatal(notes)
				}
			}
		})
	}
}
