package attack

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// A bomb is a request that costs its sender little.
type bomb struct {
	name, query, header string
	body                func() string // made when it is sent: there are many
	want                string        // the statuses that will do
}

const (
	urlencoded = "Content-Type: application/x-www-form-urlencoded\n"
	multipart  = "Content-Type: multipart/form-data; boundary=b\n"
	most       = 32 << 20 // of a body, in bytes
)

// bombs are as large as they are let be, or a little larger.
func bombs() []bomb {
	keys := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			if i > 0 {
				b.WriteByte('&')
			}
			b.WriteString(strings.ReplaceAll(format, "#", strconv.Itoa(i%100)))
		}
		return b.String()
	}
	parts := func(n int, headers, content string) string {
		one := "--b\r\nContent-Disposition: form-data; " + headers + "\r\n\r\n" + content + "\r\n"
		return strings.Repeat(one, n) + "--b--\r\n"
	}
	var product strings.Builder // of 10, 100 and 100 items
	for i := range 1000 {
		fmt.Fprintf(&product, "&items.%d.items.%d.items.99.n=1", i/100, i%100)
	}
	chunked := func(size, n int) string {
		return strings.Repeat(fmt.Sprintf("%x\r\n%s\r\n", size, strings.Repeat("a", size)), n) + "0\r\n\r\n"
	}
	return []bomb{
		{"many values", "", urlencoded, func() string { return strings.Repeat("a&", most/2) }, "413"},
		{"many names", "", urlencoded, func() string { return keys(1_000_000, "a#=1") }, "413"},
		{"a thousand long names", "", urlencoded, func() string { return keys(1000, strings.Repeat("a", 30_000)) }, "200"},
		{"a thousand long values", "", urlencoded, func() string { return keys(1000, "names="+strings.Repeat("a", 30_000)) }, "200"},
		{"a large value", "", urlencoded, func() string { return "names=" + strings.Repeat("a", most-6) }, "200"},
		{"an encoded value", "", urlencoded, func() string { return "names=" + strings.Repeat("%41", most/3-3) }, "200"},
		{"a bad value", "", urlencoded, func() string { return "count=" + strings.Repeat("1", most-6) }, "400"},
		{"a bad number", "", urlencoded, func() string { return "share=1e" + strings.Repeat("9", 1<<20) }, "400"},
		{"a broken value", "", urlencoded, func() string { return "names=" + strings.Repeat("a", most-8) + "%z" }, "200"},
		{"too large a value", "", urlencoded, func() string { return "names=" + strings.Repeat("a", most) }, "413"},
		{"the last items", "", urlencoded, func() string { return keys(1000, "items.99.items.99.items.99.n=1") }, "200"},
		{"all items", "", urlencoded, func() string { return keys(1000, "items.#.items.99.items.99.n=1") }, "200"},
		{"items of items", "", urlencoded, func() string { return product.String()[1:] }, "200"},
		{"item numbers", "", urlencoded, func() string { return keys(1000, "items.16000#.items.16000.items.16000.n=1") }, "400"},
		{"a long item number", "", urlencoded, func() string { return "items." + strings.Repeat("9", most/2) + ".name=1" }, "400"},
		{"deep items", "", urlencoded, func() string { return "items" + strings.Repeat(".0.items", 3_000_000) + ".n=1" }, "200"},
		{"a thousand deep items", "", urlencoded, func() string { return keys(1000, "items"+strings.Repeat(".0.items", 3_000)+".n=1") }, "200"},
		{"dots", "", urlencoded, func() string { return strings.Repeat(".", most-2) + "=1" }, "200"},
		{"many values in the query", strings.Repeat("a&", 20_000), "", func() string { return "" }, "413"},
		{"many parts", "", multipart, func() string { return parts(100_000, `name="names"`, "") }, "413"},
		{"a thousand parts", "", multipart, func() string { return parts(999, `name="names"`, strings.Repeat("a", 9_000)) }, "200"},
		{"much text in parts", "", multipart, func() string { return parts(900, `name="names"`, strings.Repeat("a", 30_000)) }, "413"},
		{"a large part", "", multipart, func() string { return parts(1, `name="names"`, strings.Repeat("a", most-100)) }, "413"},
		{"a large file", "", multipart, func() string { return parts(1, `name="file"; filename="f"`, strings.Repeat("a", most-200)) }, "200"},
		{"too large a file", "", multipart, func() string { return parts(1, `name="file"; filename="f"`, strings.Repeat("a", most)) }, "413"},
		{"many files", "", multipart, func() string { return parts(999, `name="file"; filename="f"`, strings.Repeat("a", 30_000)) }, "200"},
		{"too many files", "", multipart, func() string { return parts(20_000, `name="file"; filename="f"`, "a") }, "413"},
		{"a part with a long header", "", multipart, func() string {
			return parts(1, `name="file"; filename="f"`+"\r\nX: "+strings.Repeat("a", most-1000), "a")
		}, "400 413"},
		{"a part with many headers", "", multipart, func() string { return parts(1, `name="file"; filename="f"`+strings.Repeat("\r\nX: a", 4_000_000), "a") }, "400 413"},
		{"parts with headers", "", multipart, func() string { return parts(900, `name="file"; filename="f"`+strings.Repeat("\r\nX: a", 1000), "a") }, "400 413"},
		{"a long name", "", multipart, func() string { return parts(1, `name="`+strings.Repeat("a", most-1000)+`"`, "a") }, "400 413"},
		{"a name in many pieces", "", multipart, func() string { return parts(1, `name="file"`+strings.Repeat("; filename*0=a", 1_000_000), "a") }, "200 400 413"},
		{"no end of line", "", multipart, func() string { return strings.Repeat("a", most) }, "400 413"},
		{"the start of boundaries", "", multipart, func() string { return strings.Repeat("\r\n--", most/4) }, "400 413"},
		{"small chunks", "", urlencoded + "Transfer-Encoding: chunked\n", func() string { return chunked(1, 2_000_000) }, "200"},
		{"chunks without end", "", urlencoded + "Transfer-Encoding: chunked\n", func() string { return chunked(1<<16, 600) }, "413"},
		{"an unknown type", "", "Content-Type: application/json\n", func() string { return strings.Repeat("[", most) }, "415"},
		{"a compressed body", "", urlencoded + "Content-Encoding: gzip\n", func() string { return "\x1f\x8b\x08" + strings.Repeat("\x00", 1000) }, "200 400"},
	}
}

// sendBomb sends b with its body and further headers, and returns how it was
// answered; nil: not at all.
func (v *victim) sendBomb(b bomb, body, headers string) (*answer, error) {
	w, err := v.dial("127.0.0.1")
	if err != nil {
		return nil, err
	}
	defer w.Close()
	page := "form"
	if strings.Contains(body, "filename") {
		page = "upload"
	}
	if !strings.Contains(b.header, "chunked") {
		headers += fmt.Sprintf("Content-Length: %d\n", len(body))
	}
	w.send(v.lines(fmt.Sprintf("POST /%s?%s HTTP/1.1\n%s%s%s\n", page, b.query, own, b.header, headers)))
	w.send(body)
	return w.answer("POST")
}

// Forms that are built to exhaust memory or time get the right answer, and the program
// stays small.
func TestFormBombs(t *testing.T) {
	const bound = 384 << 20 // bytes; a body of 32 MiB is a text, parsed, and a value
	v := start(t, nil)
	tried, held := 0, 0
	for i, b := range bombs() {
		if i%proof.Times(3, 1) != 0 {
			continue
		}
		tried++
		before := v.cpu()
		a, err := v.sendBomb(b, b.body(), "")
		peak := v.peak()
		t.Logf("%4d MiB at most until now, %3d ticks more, after %s", peak>>20, v.cpu()-before, b.name)
		switch {
		case a == nil:
			t.Errorf("%s: no answer: %v", b.name, err)
		case !strings.Contains(b.want, strconv.Itoa(a.StatusCode)) || flaw(a) != "":
			t.Errorf("%s: %s, want %s; %s", b.name, a.Status, b.want, flaw(a))
		case peak > bound:
			t.Fatalf("%s: the program has taken %d bytes", b.name, peak)
		default:
			held++
		}
	}
	proof.Held(t, "forms built to exhaust memory leave the program below 384 MiB", tried, held)
}

// The same forms, sent by another web page, are refused unread, also many at a time.
func TestFormBombs_foreign(t *testing.T) {
	const bound = 64 << 20
	v := start(t, nil)
	var all []bomb
	var bodies []string
	for _, b := range bombs() {
		if slices.Contains([]string{"a large value", "a large file", "many parts", "chunks without end"}, b.name) {
			all = append(all, b)
			bodies = append(bodies, b.body())
		}
	}
	tried := proof.Times(10, 100) * len(all)
	refused := make([]bool, tried)
	each(tried, func(i int) {
		a, err := v.sendBomb(all[i%len(all)], bodies[i%len(all)], "Origin: http://evil.test\n")
		// Who sends on may find the connection reset before the answer.
		refused[i] = err == nil && (a == nil || a.StatusCode == http.StatusForbidden)
	})
	held := 0
	for i, ok := range refused {
		if !ok {
			t.Errorf("%s is not refused", all[i%len(all)].name)
			continue
		}
		held++
	}
	peak := v.peak()
	t.Logf("%d MiB at most", peak>>20)
	if got := v.reached(); peak > bound || len(got) > 0 {
		t.Errorf("the program has taken %d bytes, and was reached by %q", peak, got)
		held = 0
	}
	proof.Held(t, "large forms of other pages are refused unread and leave the program below 64 MiB", tried, held)
}

// Hundreds of clients that never finish their requests keep nobody else waiting.
func TestUnfinishedRequests(t *testing.T) {
	const bound = 128 << 20
	v := start(t, nil)
	beginnings := []string{
		"",
		"G",
		"GET /act?never HTTP/1.1\n" + own,
		"GET /act?never HTTP/1.1\n" + own + "X: " + strings.Repeat("a", 60_000),
		"POST /form HTTP/1.1\n" + own + urlencoded + "Content-Length: 10000000\n\ncount=1",
		"POST /upload HTTP/1.1\n" + own + multipart + "Content-Length: 10000000\n\n--b\n",
		"POST /body HTTP/1.1\n" + own + "Transfer-Encoding: chunked\n\n5\nhell",
	}
	held, tried := 0, proof.Times(210, 910)
	for i := range tried {
		w, err := v.dial("127.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		w.send(v.lines(beginnings[i%len(beginnings)]))
		tool.Get(t, v.URL+"act?owner")
		held++
	}
	peak := v.peak()
	t.Logf("%d MiB at most", peak>>20)
	if peak > bound {
		t.Errorf("the program has taken %d bytes", peak)
	}
	for _, what := range v.reached() {
		if what != `act GET "owner"` {
			t.Errorf("reached by %s", what)
			held = 0
		}
	}
	proof.Held(t, "owners are answered beside hundreds of requests that never end", tried, held)
}

// peak is the most memory that the program has had, in bytes.
func (v *victim) peak() int { return 1024 * v.number("status", `VmHWM:\s*(\d+) kB`) }

// cpu is the time that the program has worked, in the system's ticks, mostly of
// 10 ms.
func (v *victim) cpu() int {
	return v.number("stat", `\) . (?:\S+ ){10}(\d+)`) + v.number("stat", `\) . (?:\S+ ){11}(\d+)`)
}

// number reads a number out of what the system tells of the process.
func (v *victim) number(file, pattern string) int {
	v.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", v.PID(), file))
	if err != nil {
		v.t.Fatal(err)
	}
	found := regexp.MustCompile(pattern).FindSubmatch(text)
	if found == nil {
		v.t.Fatalf("%s is %q", file, text)
	}
	n, err := strconv.Atoi(string(found[1]))
	if err != nil {
		v.t.Fatal(err)
	}
	return n
}
