package extract

import (
	"fmt"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// The fields of every kind, in the order of their declaration, flags last. A
// field that is added to a kind is added here, and codecVersion moves on; the
// tests fill every field by reflection and find the one that was forgotten.

func argFields(c *codec, x *fact.Arg) {
	c.string(&x.Name)
	valueFields(c, &x.Value)
}

func paramFields(c *codec, x *fact.Param) {
	c.string(&x.Name)
	c.string(&x.Type)
	valueFields(c, &x.Default)
}

func attrFields(c *codec, x *fact.Attr) {
	c.int(&x.Line)
	c.string(&x.Key)
	c.string(&x.Value)
}

func importFields(c *codec, x *fact.Import) {
	c.int(&x.Line)
	c.string(&x.Module)
	c.string(&x.Name)
	c.string(&x.As)
	c.int(&x.Level)
	c.string(&x.Scope)
}

func defineFields(c *codec, x *fact.Define) {
	c.int(&x.Line)
	c.int(&x.End)
	c.string(&x.Name)
	slice(c, &x.Bases, (*codec).string)
	slice(c, &x.Decorators, callFields)
	slice(c, &x.Params, paramFields)
	c.bools(&x.Class)
}

func callFields(c *codec, x *fact.Call) {
	c.int(&x.Line)
	c.string(&x.Name)
	c.string(&x.Recv)
	slice(c, &x.Args, argFields)
	c.string(&x.Scope)
	c.string(&x.Flags)
	c.string(&x.Target)
	c.bools(&x.Unresolved, &x.With, &x.Magic)
}

func assignFields(c *codec, x *fact.Assign) {
	c.int(&x.Line)
	c.string(&x.Name)
	valueFields(c, &x.Value)
	c.string(&x.Scope)
}

func checkFields(c *codec, x *fact.Check) {
	c.int(&x.Line)
	c.byte((*uint8)(&x.Kind))
	c.string(&x.Text)
	c.string(&x.Flags)
	c.string(&x.Guard)
	c.string(&x.Scope)
	c.bools(&x.Trivial)
}

func loopFields(c *codec, x *fact.Loop) {
	c.int(&x.Line)
	slice(c, &x.Names, (*codec).string)
	valueFields(c, &x.Over)
	c.string(&x.Scope)
}

func commandFields(c *codec, x *fact.Command) {
	c.int(&x.Line)
	slice(c, &x.Argv, (*codec).string)
	c.string(&x.Dir)
	slice(c, &x.Env, (*codec).string)
	c.string(&x.Job)
	c.int(&x.Step)
	c.string(&x.Func)
	c.string(&x.Input)
	c.string(&x.Stdin)
	c.string(&x.Cond)
	c.bools(&x.Masked, &x.Guessed)
}

func triggerFields(c *codec, x *fact.Trigger) {
	c.int(&x.Line)
	c.string(&x.Event)
	c.string(&x.Job)
	c.string(&x.Cron)
	slice(c, &x.Branches, (*codec).string)
	slice(c, &x.Tags, (*codec).string)
	slice(c, &x.Paths, (*codec).string)
	slice(c, &x.Names, (*codec).string)
	slice(c, &x.Types, (*codec).string)
	slice(c, &x.Inputs, (*codec).string)
	c.bools(&x.Off)
}

func jobFields(c *codec, x *fact.Job) {
	c.int(&x.Line)
	c.int(&x.End)
	c.string(&x.Name)
	c.string(&x.Title)
	slice(c, &x.Needs, (*codec).string)
	c.string(&x.If)
	slice(c, &x.RunsOn, (*codec).string)
	c.string(&x.Environment)
	c.string(&x.Container)
	c.string(&x.Dir)
	slice(c, &x.Env, (*codec).string)
	c.string(&x.File)
	c.string(&x.Pipeline)
	c.bools(&x.Off, &x.Manual, &x.MayFail, &x.Matrix)
}

func usesFields(c *codec, x *fact.Uses) {
	c.int(&x.Line)
	c.string(&x.Kind)
	c.string(&x.Ref)
	slice(c, &x.With, argFields)
	c.string(&x.Job)
	c.int(&x.Step)
	c.string(&x.If)
	c.bools(&x.MayFail)
}

func dependencyFields(c *codec, x *fact.Dependency) {
	c.int(&x.Line)
	c.string(&x.Ecosystem)
	c.string(&x.Name)
	c.string(&x.Spec)
	c.string(&x.Group)
	c.string(&x.Via)
	c.bools(&x.Pinned, &x.Lock)
}

func imageFields(c *codec, x *fact.Image) {
	c.int(&x.Line)
	c.string(&x.Ref)
	c.string(&x.Role)
	c.string(&x.Stage)
	c.string(&x.Path)
}

func copyFields(c *codec, x *fact.Copy) {
	c.int(&x.Line)
	slice(c, &x.From, (*codec).string)
	c.string(&x.To)
	c.string(&x.Stage)
}

func resourceFields(c *codec, x *fact.Resource) {
	c.int(&x.Line)
	c.string(&x.System)
	c.string(&x.Kind)
	c.string(&x.Name)
	slice(c, &x.Attrs, attrFields)
}

func stageFields(c *codec, x *fact.Stage) {
	c.int(&x.Line)
	c.string(&x.System)
	c.string(&x.Name)
	slice(c, &x.Deps, (*codec).string)
	slice(c, &x.Outs, (*codec).string)
	slice(c, &x.Metrics, (*codec).string)
	slice(c, &x.Params, (*codec).string)
	c.string(&x.Dir)
	c.string(&x.Target)
	slice(c, &x.Attrs, argFields)
}

func textFields(c *codec, x *fact.Text) {
	c.int(&x.Line)
	c.string(&x.Kind)
	c.int(&x.Level)
	c.string(&x.Text)
	c.string(&x.Lang)
}

func sourceFields(c *codec, x *fact.Source) {
	c.int(&x.Line)
	c.string(&x.Format)
	c.string(&x.Text)
}

func valueFields(c *codec, x *fact.Value) {
	if c.depth++; c.depth > maxDepth {
		c.bad, c.in = true, nil
		return
	}
	// Most values are a kind and a text, or nothing at all.
	text, items := x.Text != "", x.Items != nil
	c.byte((*uint8)(&x.Kind))
	c.bools(&text, &items)
	if text {
		c.string(&x.Text)
	}
	if items {
		slice(c, &x.Items, valueFields)
	}
	c.depth--
}

// put writes one fact behind its kind.
func put[T any](c *codec, kind uint8, x T, fields func(*codec, *T)) {
	c.out = append(c.out, kind)
	fields(c, &x)
}

// get reads the fields of a fact whose kind is known.
func get[T fact.Fact](c *codec, fields func(*codec, *T)) fact.Fact {
	var x T
	fields(c, &x)
	return x
}

// write appends one fact. The numbers of the kinds are those of fact.Kinds.
func (c *codec) write(f fact.Fact) error {
	switch x := f.(type) {
	case fact.Import:
		put(c, 0, x, importFields)
	case fact.Define:
		put(c, 1, x, defineFields)
	case fact.Call:
		put(c, 2, x, callFields)
	case fact.Assign:
		put(c, 3, x, assignFields)
	case fact.Check:
		put(c, 4, x, checkFields)
	case fact.Command:
		put(c, 5, x, commandFields)
	case fact.Trigger:
		put(c, 6, x, triggerFields)
	case fact.Job:
		put(c, 7, x, jobFields)
	case fact.Uses:
		put(c, 8, x, usesFields)
	case fact.Dependency:
		put(c, 9, x, dependencyFields)
	case fact.Image:
		put(c, 10, x, imageFields)
	case fact.Copy:
		put(c, 11, x, copyFields)
	case fact.Resource:
		put(c, 12, x, resourceFields)
	case fact.Stage:
		put(c, 13, x, stageFields)
	case fact.Text:
		put(c, 14, x, textFields)
	case fact.Loop:
		put(c, 15, x, loopFields)
	case fact.Source:
		put(c, 16, x, sourceFields)
	default:
		return fmt.Errorf("a fact of the kind %T cannot be kept", f)
	}
	if c.bad {
		return fmt.Errorf("a fact of the kind %T nests too deeply to be kept", f)
	}
	return nil
}

func (c *codec) read() fact.Fact {
	var kind uint8
	c.byte(&kind)
	switch kind {
	case 0:
		return get(c, importFields)
	case 1:
		return get(c, defineFields)
	case 2:
		return get(c, callFields)
	case 3:
		return get(c, assignFields)
	case 4:
		return get(c, checkFields)
	case 5:
		return get(c, commandFields)
	case 6:
		return get(c, triggerFields)
	case 7:
		return get(c, jobFields)
	case 8:
		return get(c, usesFields)
	case 9:
		return get(c, dependencyFields)
	case 10:
		return get(c, imageFields)
	case 11:
		return get(c, copyFields)
	case 12:
		return get(c, resourceFields)
	case 13:
		return get(c, stageFields)
	case 14:
		return get(c, textFields)
	case 15:
		return get(c, loopFields)
	case 16:
		return get(c, sourceFields)
	}
	c.bad = true
	return nil
}
