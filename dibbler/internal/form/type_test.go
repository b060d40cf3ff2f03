package form

import (
	"errors"
	"mime/multipart"
	"net/netip"
	"net/url"
	"reflect"
	"sync"
	"testing"
	"time"
)

// Most types have one mistake.
type (
	formOfTime    = time.Time
	formOfNothing struct{}
	formOfHidden  struct{ name, other string }
	myTime        time.Time
	formInItself  struct {
		Name string
		Next *formInItself
	}
	formInItems struct {
		Name  string
		Items []struct{ formInItems }
	}
	formLeavesOutHidden struct {
		Name      string
		*embedded `schema:"-"`
	}
	formTwice struct {
		A string `schema:"name"`
		B string `schema:"Name"`
	}
	formHiddenName struct {
		Name string
		name string
	}
	other           struct{ Deep string }
	formTwoEmbedded struct {
		Deeper
		other
	}
	formShadowed struct {
		Deeper
		Deep string `schema:"own"`
	}
	formNamedLikeEmbedded struct {
		Deeper
		X string `schema:"deeper"`
	}
	formLeavesOutOuter struct {
		Deeper
		Deep []string `schema:"-"`
	}
	lacksDeep struct {
		Deep int `schema:"-"`
		More int
	}
	formLeavesOutOther struct {
		Deeper
		lacksDeep
	}
	formLeavesOutStruct struct {
		embeds
		other `schema:"-"`
	}
	embeds          struct{ Deeper }
	formRequiredRow struct {
		A []struct {
			B int `schema:"b,required"`
		} `schema:"a"`
	}
	formRequiredPointer struct {
		A *struct {
			B int `schema:"b,required"`
		} `schema:"a"`
	}
	formDefaultRow struct {
		A []struct {
			B int `schema:"b" default:"1"`
		} `schema:"a"`
	}
	formTrueDefault struct {
		A bool  `schema:"a" default:"true"`
		B *bool `schema:"b" default:"on"`
		C bool  `schema:"c" default:"1"`
	}
	formBadDefault struct {
		A int         `schema:"a" default:"many"`
		B []float64   `schema:"b" default:"1|x"`
		C *time.Time  `schema:"c" default:"soon"`
		D netip.Addr  `schema:"d" default:"here"`
		E []time.Time `schema:"e" default:"2026-01-01|then"`
		F float64     `schema:"f" default:"NaN"`
	}
	formHiddenTag struct {
		Name  string
		email string `schema:"email"`
	}
	formSeveral struct {
		A chan int
		B addressForm `schema:"b,required"`
	}
	// The decoder would follow next for ever if it is not nil.
	ring struct{ next *ring }
	// The decoder would panic at the embedded pointer.
	hidden         struct{ *embedded }
	formWithHidden struct {
		Name string
		in   hidden
	}
)

// These fields are not part of a form.
var _ = []any{
	kindsForm{}.started, formOfHidden{}.name, formOfHidden{}.other,
	formHiddenName{}.name, formHiddenTag{}.email, formWithHidden{}.in,
}

func (r *ring) UnmarshalText([]byte) error { r.next = r; return nil }

func TestNewBinder_errors(t *testing.T) {
	for _, test := range []struct {
		typ  reflect.Type
		want string
	}{
		{reflect.TypeFor[formOfTime](), "time.Time has no field that a form could fill in"},
		{reflect.TypeFor[formOfNothing](), "formOfNothing has no field that a form could fill in"},
		{reflect.TypeFor[formOfHidden](), "formOfHidden has no field that a form could fill in"},
		{reflect.TypeFor[struct{ C chan int }](), "field C: no form value fits chan int"},
		{reflect.TypeFor[struct{ F func() }](), "field F: no form value fits func()"},
		{reflect.TypeFor[struct{ M map[string]string }](), "field M: no form value fits map[string]string"},
		{reflect.TypeFor[struct{ A any }](), "field A: no form value fits interface {}"},
		{reflect.TypeFor[struct{ C complex128 }](), "field C: no form value fits complex128"},
		{reflect.TypeFor[struct{ A [3]int }](), "field A: no form value fits [3]int"},
		{reflect.TypeFor[struct{ S [][]string }](), "field S: no form value fits [][]string"},
		{reflect.TypeFor[struct{ S *[]string }](), "field S: no form value fits *[]string"},
		{reflect.TypeFor[struct{ P **int }](), "field P: no form value fits **int"},
		{reflect.TypeFor[struct{ Ps []*int }](), "field Ps: no form value fits []*int; want []int"},
		{reflect.TypeFor[struct{ Rows []*addressForm }](), "field Rows: no form value fits []*form.addressForm; want []form.addressForm"},
		{reflect.TypeFor[struct{ B []byte }](), "field B: no form value fits []uint8; want a string, or *multipart.FileHeader for a file"},
		{reflect.TypeFor[struct{ File multipart.FileHeader }](), "field File: no form value fits multipart.FileHeader; want *multipart.FileHeader"},
		{reflect.TypeFor[struct{ File multipart.File }](), "field File: no form value fits multipart.File; want *multipart.FileHeader"},
		{reflect.TypeFor[struct{ File **multipart.FileHeader }](), "field File: no form value fits **multipart.FileHeader"},
		{reflect.TypeFor[struct{ URL url.URL }](), "field URL.User: url.Userinfo has no field that a form could fill in"},
		{reflect.TypeFor[struct{ Mu sync.Mutex }](), "field Mu: sync.Mutex has no field that a form could fill in"},
		{reflect.TypeFor[struct{ When myTime }](), "field When: form.myTime has no field that a form could fill in"},
		{reflect.TypeFor[formInItself](), "field Next: form.formInItself contains itself"},
		{reflect.TypeFor[formInItems](), "field Items.0.formInItems: form.formInItems contains itself"},
		{reflect.TypeFor[struct{ *Deeper }](), "field Deeper: *form.Deeper cannot be embedded in a form; embed the struct itself"},
		{reflect.TypeFor[struct{ *embedded }](), "field embedded: *form.embedded cannot be embedded"},
		{reflect.TypeFor[formLeavesOutHidden](), "field embedded: *form.embedded cannot be embedded"},
		{reflect.TypeFor[struct {
			Deeper `schema:"deeper"`
		}](), "field deeper: form.Deeper cannot be embedded in a form; embed a struct without a tag, or give the field a name"},
		{reflect.TypeFor[struct{ time.Time }](), "field Time: time.Time cannot be embedded"},
		{reflect.TypeFor[struct{ level }](), "field level: form.level cannot be embedded"},
		{reflect.TypeFor[formTwice](), `field Name: form.formTwice.A has the same name; rename one in its schema tag, or leave one out with the tag schema:"-"`},
		{reflect.TypeFor[formHiddenName](), "field name: form.formHiddenName.Name has the same name"},
		{reflect.TypeFor[formTwoEmbedded](), "field Deep: form.Deeper.Deep has the same name; rename one"},
		{reflect.TypeFor[formShadowed](), "field own: form.Deeper.Deep has the same name in Go; rename one"},
		{reflect.TypeFor[formLeavesOutOuter](), "field deep: a field that is left out has the name Deep in Go too; rename one"},
		{reflect.TypeFor[formLeavesOutOther](), "field deep: a field that is left out has the name Deep in Go too; rename one"},
		{reflect.TypeFor[formLeavesOutStruct](), "field deep: a field that is left out has the name Deep in Go too; rename one"},
		{reflect.TypeFor[struct{ Rows []formLeavesOutOuter }](), "field Rows.0.deep: a field that is left out has the name Deep in Go too; rename one"},
		{reflect.TypeFor[formNamedLikeEmbedded](), "field deeper: form.formNamedLikeEmbedded.Deeper has the same name"},
		{reflect.TypeFor[struct {
			A string `schema:"a.b"`
		}](), "field a.b: the name in the schema tag cannot have a dot"},
		{reflect.TypeFor[struct {
			A string `schema:"a,omitempty"`
		}](), `field a: unknown option "omitempty" in the schema tag; want required`},
		{reflect.TypeFor[struct {
			A int `schema:"a,default:5"`
		}](), `field a: the schema tag's default option also replaces a submitted zero; use a tag of its own, default:"5"`},
		{reflect.TypeFor[struct {
			A int `schema:"a,required" default:"5"`
		}](), "field a: a required field cannot have a default"},
		{reflect.TypeFor[struct {
			A addressForm `schema:"a,required"`
		}](), "field a: a struct cannot be required; mark its fields"},
		{reflect.TypeFor[formRequiredRow](), "field a.0.b: a field inside a slice or behind a pointer cannot be required"},
		{reflect.TypeFor[formRequiredPointer](), "field a.b: a field inside a slice or behind a pointer cannot be required"},
		{reflect.TypeFor[formDefaultRow](), "field a.0.b: a field inside a slice or behind a pointer cannot have a default"},
		{reflect.TypeFor[struct {
			A addressForm `schema:"a" default:"x"`
		}](), "field a: form.addressForm cannot have a default"},
		{reflect.TypeFor[struct {
			A *multipart.FileHeader `schema:"a" default:"x"`
		}](), "field a: *multipart.FileHeader cannot have a default"},
		{reflect.TypeFor[struct {
			A []struct{ B *multipart.FileHeader } `schema:"a"`
		}](), "field a.0.B: a file inside a slice or behind a pointer cannot be bound"},
		{reflect.TypeFor[formTrueDefault](), "field a: the default cannot be true"},
		{reflect.TypeFor[formTrueDefault](), "field b: the default cannot be true"},
		{reflect.TypeFor[formTrueDefault](), "field c: the default cannot be true"},
		{reflect.TypeFor[formBadDefault](), `bad default: a: "many": Enter a whole number.
b: "x": Enter a number such as 1.5.
c: "soon": Enter a date such as 2026-12-31, a time such as 15:30, or both as 2026-12-31T15:30.
d: "here": ParseAddr("here"): unable to parse IP.
e: "then": Enter a date such as 2026-12-31, a time such as 15:30, or both as 2026-12-31T15:30.
f: "NaN": Enter a number such as 1.5.`},
		{reflect.TypeFor[formHiddenTag](), "field email: email is not exported, so it cannot be set"},
		{reflect.TypeFor[formSeveral](), "field A: no form value fits chan int\nfield b: a struct cannot be required"},
		{reflect.TypeFor[struct{ R ring }](), "field R: the decoder cannot follow the pointers in form.ring; use a string"},
		{reflect.TypeFor[formWithHidden](), `field in: the decoder cannot follow the pointers in form.hidden; leave the field out with the tag schema:"-"`},
	} {
		_, err := NewBinder(test.typ)
		if err == nil {
			t.Errorf("%v: no error", test.typ)
			continue
		}
		wantText(t, err.Error(), test.want)
	}
}

func TestSentence(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"want a color":             "Want a color.",
		"Enter a color.":           "Enter a color.",
		"ärger":                    "Ärger.",
		"math/big: cannot do this": "math/big: cannot do this.",
		`ParseAddr("x"): unlikely`: `ParseAddr("x"): unlikely.`,
	} {
		if got := sentence(errors.New(text)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
