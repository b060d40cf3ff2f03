package form

import (
	"log/slog"
	"math/big"
	"mime/multipart"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

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

func TestBind_errors(t *testing.T) {
	const query = "email=&count=many&small=128&byte=-1&huge=-1&price=1e99&gift=maybe&when=soon&wait=5" +
		"&big=huge&day=2026-01-01&day=monday&day=sunday&size=1&size=x&size=y&waits=1&waits=1,5&item.3.count=none&item.100.count=1&item.1e9.count=1&other=ignored"
	const want = `big: "huge": math/big: cannot unmarshal "huge" into a *big.Int.
byte: "-1": Enter a whole number from 0 to 255.
count: "many": Enter a whole number.
day: "monday": Enter a date such as 2026-12-31, a time such as 15:30, or both as 2026-12-31T15:30.
email: Fill this in.
gift: "maybe": Enter true or false.
huge: "-1": Enter a whole number, 0 or more.
item.100.count: The highest item number is 99.
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

func TestSize(t *testing.T) {
	for bytes, want := range map[int64]string{
		0: "0 bytes", 1023: "1023 bytes", 1 << 10: "1 KB", 1536: "1.5 KB", 32 << 20: "32 MB", 1 << 30: "1 GB", 20 << 30: "20 GB",
	} {
		equal(t, Size(bytes), want)
	}
}

func TestFieldErrors_LogValue(t *testing.T) {
	type form struct {
		Count int   `schema:"count"`
		Level level `schema:"level"`
	}
	_, err := submit[form](t, httptest.NewRequest("GET", "/?count=secret&level=secret", nil))
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Error("bad form", "err", err)
	wantText(t, log.String(), "bad values of count, level")
	if strings.Contains(log.String(), "secret") {
		t.Errorf("the log contains values:\n%s", &log)
	}
}
