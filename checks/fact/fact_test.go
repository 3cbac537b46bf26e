package fact

import (
	"slices"
	"testing"
)

func TestEveryKindHasItsPlace(t *testing.T) {
	if len(Kinds) != kinds {
		t.Fatalf("%d kinds, and the constant says %d", len(Kinds), kinds)
	}
	for i, k := range Kinds {
		if kindOf(k) != i {
			t.Errorf("%T is kind %d, and stands at %d in Kinds", k, kindOf(k), i)
		}
	}
}

func TestFactsOfOneKindKeepTheirOrder(t *testing.T) {
	s := NewSet([]File{
		{"a.py", []Fact{Call{Name: "one"}, Import{Module: "m"}, Call{Name: "two"}}},
		{"b.md", []Fact{Text{Text: "prose"}}},
		{"c.py", []Fact{Call{Name: "three"}}},
	})
	var all []string
	for p, c := range All[Call](s) {
		all = append(all, p+" "+c.Name)
	}
	if want := []string{"a.py one", "a.py two", "c.py three"}; !slices.Equal(all, want) {
		t.Errorf("calls: %q, want %q", all, want)
	}
	names := func(path string) (out []string) {
		for c := range In[Call](s, path) {
			out = append(out, c.Name)
		}
		return out
	}
	if got := names("a.py"); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("calls of a.py: %q", got)
	}
	if got := append(names("b.md"), names("none.py")...); len(got) > 0 {
		t.Errorf("calls where there are none: %q", got)
	}
	for range All[Job](s) {
		t.Error("a job was made up")
	}
	for _, c := range All[Call](s) {
		if c.Name != "one" {
			t.Error("a loop that was left goes on")
		}
		break
	}
}
