package form

import (
	"fmt"
	"log/slog"
	"math/big"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
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

func TestBind_blanksAroundValues(t *testing.T) {
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
		// With a hidden field before the box.
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
		"9999-12-31T23:59:59Z":      time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),    // the last that RFC 3339 has
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
		// With blanks around, as from a clipboard.
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

type badForm struct {
	Email  string        `schema:"email,required"`
	Count  int           `schema:"count"`
	Small  int8          `schema:"small"`
	Byte   uint8         `schema:"byte"`
	Huge   uint64        `schema:"huge"`
	Price  float32       `schema:"price"`
	Gift   bool          `schema:"gift"`
	When   time.Time     `schema:"when"`
	Wait   time.Duration `schema:"wait"`
	Big    big.Int       `schema:"big"`
	Days   []time.Time   `schema:"day,required"`
	Sizes  []int         `schema:"size"`
	Waits  []float64     `schema:"waits"`
	Parent struct {
		Age int `schema:"age,required"`
	} `schema:"parent"`
	Items []struct {
		Count int `schema:"count"`
	} `schema:"item"`
	Photo *multipart.FileHeader `schema:"photo,required"`
}

func TestBind_allErrorsSorted(t *testing.T) {
	const query = "email=&count=many&small=128&byte=-1&huge=-1&price=1e99&gift=maybe&when=soon&wait=5" +
		"&big=huge&day=2026-01-01&day=monday&day=sunday&size=1&size=x&size=y&waits=1&waits=1,5&item.3.count=none&item.100.count=1&item.1e9.count=1&other=ignored"
	const want = `big: "huge": math/big: cannot unmarshal "huge" into a *big.Int.
byte: "-1": Enter a whole number from 0 to 255.
count: "many": Enter a whole number.
day: "monday": Enter a date such as 2026-12-31, a time such as 15:30, or both as 2026-12-31T15:30.
email: Fill this in.
gift: "maybe": Enter true or false.
huge: "-1": Enter a whole number, 0 or more.
item.100.count: Items have the numbers 0 to 99.
item.3.count: "none": Enter a whole number.
parent.age: Fill this in.
photo: Choose a file.
price: "1e99": Enter a number such as 1.5.
size: "x": Enter a whole number.
small: "128": Enter a whole number from -128 to 127.
wait: "5": Enter a duration such as 90s or 1h30m.
waits: "1,5": Enter a number such as 1.5.
when: "soon": Enter a date such as 2026-12-31, a time such as 15:30, or both as 2026-12-31T15:30.`
	for range 100 {
		if got := refused[badForm](t, query); got != want {
			t.Fatalf("got:\n%s\nwant:\n%s", got, want)
		}
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

// A level explains what is wrong with a text that is none.
type level string

func (l *level) UnmarshalText(text []byte) error {
	*l = level(text)
	if *l != "low" && *l != "high" {
		return fmt.Errorf("want low or high, not %s", text)
	}
	return nil
}

func TestBind_unknownNames(t *testing.T) {
	type form struct {
		Name string `schema:"name"`
		Sub  struct {
			Name string `schema:"name"`
		} `schema:"sub"`
		Items []struct {
			Name string `schema:"name"`
		} `schema:"item"`
		Hidden string `schema:"-"`
		secret string
	}
	for _, key := range []string{
		"other", "", ".", "..", "name.", "name.x", ".name", "sub", "sub.", "sub.x", "sub..name", "sub.name.x", "sub.0.name",
		"item", "item.", "item.0", "item.0.", "item.x", "item.x.name", "item.-1.name", "item.+1.name", "item.01.name", "item.0x1.name",
		"item.0.name.x", "item.0.0.name", "item..name", "item. 0.name", "Hidden", "hidden", "-", "secret", "name ", "näme",
	} {
		equal(t, taken[form](t, url.Values{key: {"x"}}.Encode()), form{})
	}
	_ = form{}.secret
}

func TestBind_items(t *testing.T) {
	type item struct {
		Name string `schema:"name"`
		Done bool   `schema:"done"`
	}
	type form struct {
		Items []item `schema:"item"`
	}
	equal(t, taken[form](t, "item.2.name=c&item.0.name=a&item.0.done=on").Items, []item{{"a", true}, {}, {Name: "c"}})
	equal(t, len(taken[form](t, "item.99.name=z").Items), 100)
	for _, number := range []string{"100", "16000", "9223372036854775807", "18446744073709551616", strings.Repeat("9", 1000)} {
		wantText(t, refused[form](t, "item."+number+".name=z"), ": Items have the numbers 0 to 99.")
	}
}

func TestBind_namesInAnyCase(t *testing.T) {
	type form struct {
		Name  string      `schema:"name"`
		Count int         `schema:"count"`
		Days  []time.Time `schema:"day"`
		Plain string
	}
	equal(t, taken[form](t, "NAME=a&Count=2&plain=b"), form{Name: "a", Count: 2, Plain: "b"})
	first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.Local)
	for range 100 { // the order of a map is random
		equal(t,
			taken[form](t, "NAME=1&Name=2&name=3&count=&COUNT=4&cOUNT=x&Day=2026-02-01&day=2026-01-01&DAY=2026-03-01&DAY=2026-03-02&PLAIN=5&plain=6"),
			form{Name: "3", Days: []time.Time{first}, Plain: "5"})
	}
}

type namedValues url.Values

func TestBind_map(t *testing.T) {
	want := map[string][]string{"a": {"2", "1"}, "b": {""}, "Ä": {"ö"}}
	r := func() *http.Request { return posted("/?a=1&b=", "a=2&%C3%84=%C3%B6") }
	values := bound[url.Values](t, r())
	equal(t, *values, url.Values(want))
	named := bound[namedValues](t, r())
	equal(t, *named, namedValues(want))
	plain := bound[map[string][]string](t, r())
	equal(t, *plain, want)
	empty := bound[url.Values](t, httptest.NewRequest("GET", "/", nil))
	if *empty == nil || len(*empty) != 0 {
		t.Errorf("without values: %#v", *empty)
	}
}

// TestBinder_decodable compares values that the decoder gets as they are with those
// that are chosen one by one.
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

func TestBind_defaultsAreNotShared(t *testing.T) {
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

func TestBind_concurrently(t *testing.T) {
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

func TestFieldErrors_shortened(t *testing.T) {
	type form struct {
		Count int   `schema:"count"`
		Level level `schema:"level"`
	}
	long := strings.Repeat("é", 1000)
	equal(t, refused[form](t, "count=%3Cscript%3E"+long+"&level="+long),
		`count: "<script>`+strings.Repeat("é", 52)+`…": Enter a whole number.
level: "`+strings.Repeat("é", 60)+`…": Want low or high, not `+strings.Repeat("é", 178)+"…")
	wantText(t, refused[form](t, "count=%ff%00%0A1"), `count: "�\x00\n1": Enter`)
}

func TestFieldErrors_logNoValues(t *testing.T) {
	type form struct {
		Count int   `schema:"count"`
		Level level `schema:"level"`
	}
	_, err := submit[form](t, httptest.NewRequest("GET", "/?count=secret&level=secret", nil))
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Error("bad form", "err", err)
	wantText(t, log.String(), "bad values of count, level")
	if strings.Contains(log.String(), "secret") {
		t.Errorf("the log has values:\n%s", &log)
	}
}
