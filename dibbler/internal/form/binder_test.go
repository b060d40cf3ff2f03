package form

import (
	"fmt"
	"math/big"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"sync"
	"testing"
	"time"
)

type mealForm struct {
	Spam  int      `schema:"spam" default:"7"`
	Eggs  string   `schema:"eggs" default:"fried"`
	Sides []string `schema:"side"`
}

func TestBind_sameForEachEncoding(t *testing.T) {
	want := mealForm{3, "café au lait", []string{"a&b", "c d"}}
	const text = "spam=3&eggs=caf%C3%A9+au%20lait&side=a%26b&side=c+d"
	for name, r := range map[string]*http.Request{
		"GET":        httptest.NewRequest("GET", "/?"+text, nil),
		"urlencoded": posted("/", text),
		"multipart": multi(t, "/", func(w *multipart.Writer) {
			writeField(t, w, "spam", "3")
			writeField(t, w, "eggs", "café au lait")
			writeField(t, w, "side", "a&b")
			writeField(t, w, "side", "c d")
		}),
		"query and urlencoded": posted("/?spam=3&side=c+d", "eggs=caf%C3%A9+au%20lait&side=a%26b"),
		"query and multipart": multi(t, "/?eggs=caf%C3%A9+au%20lait&side=c+d", func(w *multipart.Writer) {
			writeField(t, w, "spam", "3")
			writeField(t, w, "side", "a&b")
		}),
	} {
		t.Run(name, func(t *testing.T) {
			equal(t, *bound[mealForm](t, r), want)
		})
	}
}

func TestBind_repeatedValues(t *testing.T) {
	equal(t, taken[mealForm](t, "spam=1&spam=2&eggs=&eggs=boiled"), mealForm{Spam: 1})
	form := bound[mealForm](t, posted("/?spam=1&eggs=raw&side=1", "spam=2&spam=3&side=2&side=3"))
	equal(t, *form, mealForm{2, "raw", []string{"2", "3", "1"}})
}

type blankForm struct {
	Text     string         `schema:"text" default:"as ever"`
	Texts    []string       `schema:"texts" default:"a|b"`
	Maybe    *string        `schema:"maybe"`
	Number   int            `schema:"number" default:"7"`
	Numbers  []int          `schema:"numbers"`
	MaybeInt *int           `schema:"maybeint"`
	When     time.Time      `schema:"when"`
	Long     *time.Duration `schema:"long"`
	On       bool           `schema:"on"`
	Big      big.Int        `schema:"big"`
}

func TestBind_missingValues(t *testing.T) {
	equal(t, taken[blankForm](t, ""), blankForm{Text: "as ever", Texts: []string{"a", "b"}, Number: 7})
}

func TestBind_blankValues(t *testing.T) {
	equal(t,
		taken[blankForm](t, "text=&texts=&maybe=&number=&numbers=&numbers=4&maybeint=&when=&long=&on=&big="),
		blankForm{Texts: []string{""}, Maybe: new(string), Number: 7, Numbers: []int{4}})
}

func TestBind_spacesAroundValues(t *testing.T) {
	type form struct {
		Text  string        `schema:"text"`
		Texts []string      `schema:"texts"`
		Level level         `schema:"level"`
		On    bool          `schema:"on"`
		Wait  time.Duration `schema:"wait"`
		Nums  []int         `schema:"nums"`
		Day   time.Time     `schema:"day" default:" 2026-01-02 "`
	}
	equal(t, taken[form](t, "text=+a+&texts=+&texts=+b&level=+low+&on=+on&wait=1h+&nums=+1&nums=+&nums=2+"),
		form{" a ", []string{" ", " b"}, "low", true, time.Hour, []int{1, 2}, time.Date(2026, 1, 2, 0, 0, 0, 0, time.Local)})
}

func TestBind_zeroReplacesDefault(t *testing.T) {
	type form struct {
		Int      int           `schema:"int" default:"2003"`
		Uint     uint8         `schema:"uint" default:"1"`
		Float    float64       `schema:"float" default:"1.5"`
		Text     string        `schema:"text" default:"x"`
		Pointer  *int          `schema:"pointer" default:"5"`
		Slice    []int         `schema:"slice" default:"1|2"`
		Duration time.Duration `schema:"duration" default:"1h"`
	}
	five := 5
	equal(t, taken[form](t, ""), form{2003, 1, 1.5, "x", &five, []int{1, 2}, time.Hour})
	equal(t, taken[form](t, "int=0&uint=0&float=0&text=&pointer=0&slice=0&duration=0s"),
		form{Pointer: new(int), Slice: []int{0}})
}

func TestBind_checkbox(t *testing.T) {
	type form struct {
		Gift bool  `schema:"gift"`
		Wrap *bool `schema:"wrap"`
	}
	yes, no := true, false
	for query, want := range map[string]form{
		"":                  {},
		"gift=on":           {Gift: true},
		"gift=1&wrap=0":     {true, &no},
		"gift=t&wrap=on":    {true, &yes},
		"gift=true&wrap=":   {true, nil},
		"gift=false&wrap=f": {false, &no},
		// With a hidden field before the checkbox.
		"gift=0&wrap=0":                   {false, &no},
		"gift=0&gift=on&wrap=0&wrap=true": {true, &yes},
		"gift=on&gift=0":                  {},
	} {
		equal(t, taken[form](t, query), want)
	}
	equal(t, *bound[form](t, posted("/?gift=0&wrap=1", "gift=0&gift=on&wrap=0")), form{true, &no})
	equal(t, refused[form](t, "gift=yes&wrap=off"), "gift: \"yes\": Enter true or false.\nwrap: \"off\": Enter true or false.")
}

func TestBind_times(t *testing.T) {
	type form struct {
		When time.Time `schema:"when"`
	}
	for value, want := range map[string]time.Time{
		"2026-02-28":                time.Date(2026, 2, 28, 0, 0, 0, 0, time.Local),      // date
		"2026-02-28T13:05":          time.Date(2026, 2, 28, 13, 5, 0, 0, time.Local),     // datetime-local
		"2026-02-28T13:05:09":       time.Date(2026, 2, 28, 13, 5, 9, 0, time.Local),     // with step=1
		"2026-02-28T13:05:09.250":   time.Date(2026, 2, 28, 13, 5, 9, 250e6, time.Local), // with step=0.001
		"2026-02":                   time.Date(2026, 2, 1, 0, 0, 0, 0, time.Local),       // month
		"13:05":                     time.Date(0, 1, 1, 13, 5, 0, 0, time.UTC),           // time
		"13:05:09":                  time.Date(0, 1, 1, 13, 5, 9, 0, time.UTC),           // with step=1
		"2026-02-28T13:05:09Z":      time.Date(2026, 2, 28, 13, 5, 9, 0, time.UTC),       // RFC 3339
		"2026-02-28T13:05:09-07:00": time.Date(2026, 2, 28, 20, 5, 9, 0, time.UTC),       // RFC 3339
		"0001-01-01T00:00:00Z":      {},                                                  // the zero time
		"9999-12-31T23:59:59Z":      time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),    // the last time in RFC 3339
		"2024-02-29":                time.Date(2024, 2, 29, 0, 0, 0, 0, time.Local),      // a leap day
	} {
		if got := taken[form](t, url.Values{"when": {value}}.Encode()).When; !got.Equal(want) {
			t.Errorf("%s: %v, want %v", value, got, want)
		}
	}
	for _, value := range []string{"2026-02-29", "28.02.2026", "2026-2-8", "24:00", "tomorrow", "2026-W05", "2026-02-28 13:05", "2026- 02-28"} {
		wantText(t, refused[form](t, url.Values{"when": {value}}.Encode()), "when: \""+value+"\": Enter a date such as 2026-12-31")
	}
}

func TestBind_numbers(t *testing.T) {
	type form struct {
		Whole int     `schema:"whole"`
		Any   float64 `schema:"any"`
	}
	for query, want := range map[string]form{
		"whole=-12&any=-1.5": {-12, -1.5},
		"any=1e3":            {0, 1000},
		"any=.5":             {0, .5},
		"whole=007&any=7":    {7, 7},
		// With spaces around them, as from a clipboard.
		"whole=+12+&any=%091.5%0D%0A": {12, 1.5},
		"whole=%C2%A012":              {12, 0},
		"whole=+&any=%09":             {},
	} {
		equal(t, taken[form](t, query), want)
	}
	for _, value := range []string{"1.0", "1e3", "1,000", "0x10", "1_0", "1+1", "-+1", "१"} {
		wantText(t, refused[form](t, "whole="+value), "whole: ", "Enter a whole number.")
	}
	for _, value := range []string{"9223372036854775808", "-99999999999999999999"} {
		wantText(t, refused[form](t, "whole="+value), "Enter a whole number, with at most 18 digits.")
	}
	for _, value := range []string{"NaN", "nan", "Inf", "-inf", "+Infinity", "1,5", "1e999"} {
		wantText(t, refused[form](t, "any="+url.QueryEscape(value)), "any: \""+value+"\": Enter a number such as 1.5.")
	}
}

func TestBind_required(t *testing.T) {
	type form struct {
		Name string      `schema:"name,required"`
		Days []time.Time `schema:"day,required"`
		Age  *int        `schema:"age,required"`
	}
	three := 3
	equal(t, taken[form](t, "name=Ada&age=3&day=2026-01-01&day="),
		form{"Ada", []time.Time{time.Date(2026, 1, 1, 0, 0, 0, 0, time.Local)}, &three})
	for _, query := range []string{"", "name=&day=&age=", "name=&name=Ada", "name=+&day=+&age=%09"} {
		wantText(t, refused[form](t, query), "name: Fill this in.", "day: Fill this in.", "age: Fill this in.")
	}
}

// A level returns an error that explains which texts it accepts.
type level string

func (l *level) UnmarshalText(text []byte) error {
	*l = level(text)
	if *l != "low" && *l != "high" {
		return fmt.Errorf("want low or high, not %s", text)
	}
	return nil
}

// TestBinder_decodable compares values that are decoded without a copy with values that are
// selected one by one.
func TestBinder_decodable(t *testing.T) {
	type inner struct {
		Zip int `schema:"zip"`
	}
	type embedded struct {
		More int `schema:"more"`
	}
	type form struct {
		Text   string    `schema:"text" default:"x"`
		Count  int       `schema:"count" default:"7"`
		Price  float64   `schema:"price"`
		Gift   *bool     `schema:"gift"`
		Day    time.Time `schema:"day"`
		Needed string    `schema:"needed,required"`
		Inner  inner     `schema:"inner"`
		embedded
	}
	b := binder[form](t)
	slow := *b
	slow.simple = nil
	for query, taken := range map[string]bool{
		"":                          true,
		"needed=":                   true,
		"text=&needed=a":            true,
		"needed=a&count=0":          true,
		"needed=a&count=x&price=y":  true,
		"needed=a&day=2026-01-31":   true,
		"needed=a&gift=on":          true,
		"needed=a&inner.zip=5":      true,
		"needed=a&more=5":           true,
		"needed=a&more=5&MORE=6":    false,
		"NEEDED=a":                  false,
		"Needed=a&needed=b":         false,
		"needed=a&count=":           false,
		"needed=a&count=1&count=2":  false,
		"needed=a&price=NaN":        false,
		"needed=a&price=Inf":        false,
		"needed=a&unknown=1":        false,
		"needed=a&inner=5":          false,
		"needed=a&inner.zip.x=5":    false,
		"needed=a&inner.Zip=5":      false,
		"needed=a&Count=1":          false,
		"needed=a&gift=":            false,
		"needed=a&text=1&count=1,2": true,
	} {
		r := httptest.NewRequest("GET", "/?"+query, nil)
		if got := b.decodable(r.URL.Query()); got != taken {
			t.Errorf("%s: decodable: %v, want %v", query, got, taken)
		}
		got, err := b.Bind(Values{All: r.URL.Query()})
		want, wantErr := slow.Bind(Values{All: r.URL.Query()})
		if fmt.Sprint(err) != fmt.Sprint(wantErr) {
			t.Errorf("%s: %v, want %v", query, err, wantErr)
		} else if err == nil && !reflect.DeepEqual(got.Interface(), want.Interface()) {
			t.Errorf("%s: %+v, want %+v", query, got, want)
		}
	}
}

func TestBind_unsharedDefaults(t *testing.T) {
	type form struct {
		Texts   []string    `schema:"texts" default:"a|b"`
		Times   []time.Time `schema:"times" default:"2003-01-01|2004-01-01"`
		Pointer *int        `schema:"pointer" default:"5"`
		Big     big.Int     `schema:"big" default:"12"`
	}
	b := binder[form](t)
	bind := func(query string) *form {
		v, err := b.Bind(Values{All: httptest.NewRequest("GET", "/?"+query, nil).URL.Query()})
		if err != nil {
			t.Fatal(err)
		}
		f := v.Interface().(form)
		return &f
	}
	text := func(f *form) string {
		return fmt.Sprint(f.Texts, f.Times[0].Year(), f.Times[1].Year(), *f.Pointer, &f.Big)
	}
	for range 3 {
		f := bind("")
		equal(t, text(f), "[a b] 2003 2004 5 12")
		f.Texts[0] = "changed"
		f.Times[0] = time.Time{}
		*f.Pointer = 6
		f.Big.Bits()[0] = 13
	}
	equal(t, text(bind("times=2005-01-01&times=2006-01-01&texts=c")), "[c] 2005 2006 5 12")
}

func TestBind_concurrent(t *testing.T) {
	b := binder[kindsForm](t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 50 {
				n := fmt.Sprint(i*1000 + j)
				form, err := b.Bind(Values{All: httptest.NewRequest("GET", "/?i="+n+"&"+kindsQuery, nil).URL.Query()})
				if err != nil {
					t.Error(err)
					return
				}
				if got := form.Interface().(kindsForm); fmt.Sprint(got.Int) != n || len(got.Structs) != 2 {
					t.Errorf("form %s has %d and %d structs", n, got.Int, len(got.Structs))
				}
			}
		})
	}
	wg.Wait()
}
