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

// Each type has one mistake.
type (
	formOfTime      = time.Time
	formOfNothing   struct{}
	formOfHidden    struct{ name, other string }
	formWithChan    struct{ C chan int }
	formWithFunc    struct{ F func() }
	formWithMap     struct{ M map[string]string }
	formWithAny     struct{ A any }
	formWithComplex struct{ C complex128 }
	formWithArray   struct{ A [3]int }
	formWithSlices  struct{ S [][]string }
	formWithPSlice  struct{ S *[]string }
	formWithPP      struct{ P **int }
	formWithPs      struct{ Ps []*int }
	formWithPRows   struct{ Rows []*addressForm }
	formWithBytes   struct{ B []byte }
	formWithHeader  struct{ File multipart.FileHeader }
	formWithFile    struct{ File multipart.File }
	formWithPPFile  struct{ File **multipart.FileHeader }
	formWithURL     struct{ URL url.URL }
	formWithMutex   struct{ Mu sync.Mutex }
	myTime          time.Time
	formWithMyTime  struct{ When myTime }
	formInItself    struct {
		Name string
		Next *formInItself
	}
	formInItems struct {
		Name  string
		Items []struct{ formInItems }
	}
	formEmbedsPointer   struct{ *Deeper }
	formEmbedsHidden    struct{ *embedded }
	formLeavesOutHidden struct {
		Name      string
		*embedded `schema:"-"`
	}
	formEmbedsTagged struct {
		Deeper `schema:"deeper"`
	}
	formEmbedsTime struct{ time.Time }
	formEmbedsText struct{ level }
	formTwice      struct {
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
	formDotted struct {
		A string `schema:"a.b"`
	}
	formOption struct {
		A string `schema:"a,omitempty"`
	}
	formSchemaDefault struct {
		A int `schema:"a,default:5"`
	}
	formRequiredDefault struct {
		A int `schema:"a,required" default:"5"`
	}
	formRequiredStruct struct {
		A addressForm `schema:"a,required"`
	}
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
	formDefaultStruct struct {
		A addressForm `schema:"a" default:"x"`
	}
	formDefaultFile struct {
		A *multipart.FileHeader `schema:"a" default:"x"`
	}
	formFileRow struct {
		A []struct{ B *multipart.FileHeader } `schema:"a"`
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
	ring struct{ next *ring }
	// The decoder would follow next for ever if it is not nil.
	formWithRing struct{ R ring }
	hidden       struct{ *embedded }
	// The decoder would panic at the embedded pointer.
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
		{reflect.TypeFor[formWithChan](), "field C: no form value fits chan int"},
		{reflect.TypeFor[formWithFunc](), "field F: no form value fits func()"},
		{reflect.TypeFor[formWithMap](), "field M: no form value fits map[string]string"},
		{reflect.TypeFor[formWithAny](), "field A: no form value fits interface {}"},
		{reflect.TypeFor[formWithComplex](), "field C: no form value fits complex128"},
		{reflect.TypeFor[formWithArray](), "field A: no form value fits [3]int"},
		{reflect.TypeFor[formWithSlices](), "field S: no form value fits [][]string"},
		{reflect.TypeFor[formWithPSlice](), "field S: no form value fits *[]string"},
		{reflect.TypeFor[formWithPP](), "field P: no form value fits **int"},
		{reflect.TypeFor[formWithPs](), "field Ps: no form value fits []*int; want []int"},
		{reflect.TypeFor[formWithPRows](), "field Rows: no form value fits []*form.addressForm; want []form.addressForm"},
		{reflect.TypeFor[formWithBytes](), "field B: no form value fits []uint8; want a string, or *multipart.FileHeader for a file"},
		{reflect.TypeFor[formWithHeader](), "field File: no form value fits multipart.FileHeader; want *multipart.FileHeader"},
		{reflect.TypeFor[formWithFile](), "field File: no form value fits multipart.File; want *multipart.FileHeader"},
		{reflect.TypeFor[formWithPPFile](), "field File: no form value fits **multipart.FileHeader"},
		{reflect.TypeFor[formWithURL](), "field URL.User: url.Userinfo has no field that a form could fill in"},
		{reflect.TypeFor[formWithMutex](), "field Mu: sync.Mutex has no field that a form could fill in"},
		{reflect.TypeFor[formWithMyTime](), "field When: form.myTime has no field that a form could fill in"},
		{reflect.TypeFor[formInItself](), "field Next: form.formInItself contains itself"},
		{reflect.TypeFor[formInItems](), "field Items.0.formInItems: form.formInItems contains itself"},
		{reflect.TypeFor[formEmbedsPointer](), "field Deeper: *form.Deeper cannot be embedded in a form; embed the struct itself"},
		{reflect.TypeFor[formEmbedsHidden](), "field embedded: *form.embedded cannot be embedded"},
		{reflect.TypeFor[formLeavesOutHidden](), "field embedded: *form.embedded cannot be embedded"},
		{reflect.TypeFor[formEmbedsTagged](), "field deeper: form.Deeper cannot be embedded in a form; embed a struct without a tag, or give the field a name"},
		{reflect.TypeFor[formEmbedsTime](), "field Time: time.Time cannot be embedded"},
		{reflect.TypeFor[formEmbedsText](), "field level: form.level cannot be embedded"},
		{reflect.TypeFor[formTwice](), `field Name: form.formTwice.A has the same name; rename one in its schema tag, or leave one out with the tag schema:"-"`},
		{reflect.TypeFor[formHiddenName](), "field name: form.formHiddenName.Name has the same name"},
		{reflect.TypeFor[formTwoEmbedded](), "field Deep: form.Deeper.Deep has the same name; rename one"},
		{reflect.TypeFor[formShadowed](), "field own: form.Deeper.Deep has the same name in Go; rename one"},
		{reflect.TypeFor[formNamedLikeEmbedded](), "field deeper: form.formNamedLikeEmbedded.Deeper has the same name"},
		{reflect.TypeFor[formDotted](), "field a.b: the name in the schema tag cannot have a dot"},
		{reflect.TypeFor[formOption](), `field a: unknown option "omitempty" in the schema tag; want required`},
		{reflect.TypeFor[formSchemaDefault](), `field a: the schema tag's default option also replaces a submitted zero; use a tag of its own, default:"5"`},
		{reflect.TypeFor[formRequiredDefault](), "field a: a required field cannot have a default"},
		{reflect.TypeFor[formRequiredStruct](), "field a: a struct cannot be required; mark its fields"},
		{reflect.TypeFor[formRequiredRow](), "field a.0.b: a field inside a slice or behind a pointer cannot be required"},
		{reflect.TypeFor[formRequiredPointer](), "field a.b: a field inside a slice or behind a pointer cannot be required"},
		{reflect.TypeFor[formDefaultRow](), "field a.0.b: a field inside a slice or behind a pointer cannot have a default"},
		{reflect.TypeFor[formDefaultStruct](), "field a: form.addressForm cannot have a default"},
		{reflect.TypeFor[formDefaultFile](), "field a: *multipart.FileHeader cannot have a default"},
		{reflect.TypeFor[formFileRow](), "field a.0.B: a file inside a slice or behind a pointer cannot be bound"},
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
		{reflect.TypeFor[formWithRing](), "field R: the decoder cannot follow the pointers in form.ring; use a string"},
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
