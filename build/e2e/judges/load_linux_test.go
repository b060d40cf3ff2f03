package judges

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
)

// A load is a judge that asks for pages as fast as they come, and counts what was
// wrong.
type load struct {
	name, program, debianPackage string
	// args are its arguments but for the address of the page, which comes last.
	args []string
	page string
	// count finds out how many requests it has made and how many were answered
	// with status 200.
	count func(t *testing.T, said string) (tried, held int)
}

// A load takes so many seconds, or makes so many requests.
const (
	seconds  = "20"
	requests = "50000"
)

var loads = []load{
	{"wrk", "wrk", "wrk", []string{"-t2", "-c64", "-d" + seconds, "--timeout", "60s"}, "", countWrk},
	{"wrk, a connection each", "wrk", "wrk", []string{"-t2", "-c64", "-d" + seconds, "--timeout", "60s", "-H", "Connection: close"}, "", countWrk},
	// The program holds 1,000 connections at a time, so places have to change hands.
	// Where wrk leaves a connection quiet for a quarter of a second, that one ends,
	// and what is sent over it just then is not answered. Clients send it again, as
	// RFC 9112, section 9.3.1, has it, but wrk calls it an error in reading or writing.
	{"wrk, more connections than fit", "wrk", "wrk", []string{"-t2", "-c1500", "-d" + seconds, "--timeout", "15s"}, "calendar.txt?year=2003", countWrkOverLimit},
	{"hey", "hey", "hey", []string{"-n", requests, "-c", "50", "-t", "0"}, "calendar.txt?year=2003", countHey},
	{"hey, forms", "hey", "hey", []string{"-n", requests, "-c", "50", "-t", "0", "-m", "POST", "-T", "application/x-www-form-urlencoded", "-d", "year=2003&first=6"}, "", countHey},
	{"hey, a connection each", "hey", "hey", []string{"-n", requests, "-c", "50", "-t", "0", "-disable-keepalive"}, "favicon.ico", countHey},
	{"ab, by HTTP/1.0", "ab", "apache2-utils", []string{"-n", requests, "-c", "50", "-s", "60", "-l", "-q"}, "", countAB},
	{"ab, by HTTP/1.0, asking to be kept", "ab", "apache2-utils", []string{"-n", requests, "-c", "50", "-s", "60", "-l", "-q", "-k"}, "favicon.ico", countAB},
	{"siege, as a browser", "siege", "siege", []string{"-t", seconds + "S", "-c", "20", "-b", "-j"}, "", countSiege},
}

func TestLoad(t *testing.T) {
	proof.Only(t)
	d, p := start(t)
	for _, load := range loads {
		t.Run(load.name, func(t *testing.T) {
			desktop.Need(t, load.program, load.debianPackage)
			leave := use(t, p.URL)
			said := ask(t, d, load.program, append(load.args, p.URL+load.page)...)
			tried, held := leave()
			proof.Held(t, "pages for the owner under "+load.name, tried, held)
			tried, held = load.count(t, said)
			proof.Held(t, "answers with 200 to "+load.name, tried, held)
			if t.Failed() {
				t.Log(said)
			}
		})
	}
}

func countWrk(t *testing.T, said string) (tried, held int) {
	return countWrkWith(t, said, "connect", "read", "write", "timeout")
}

func countWrkOverLimit(t *testing.T, said string) (tried, held int) {
	return countWrkWith(t, said, "connect", "timeout")
}

// countWrkWith counts socket errors of some kinds as requests.
func countWrkWith(t *testing.T, said string, kinds ...string) (tried, held int) {
	held = number(t, said, `(\d+) requests in `)
	tried = held
	if strings.Contains(said, "Socket errors") {
		for _, kind := range kinds {
			tried += number(t, said, `Socket errors: .*`+kind+` (\d+)`)
		}
	}
	if strings.Contains(said, "Non-2xx") {
		held -= number(t, said, `Non-2xx or 3xx responses: (\d+)`)
	}
	return tried, held
}

func countHey(t *testing.T, said string) (tried, held int) {
	// A line such as "[200]	20 responses" for each status, and then one such as
	// "[4]	connection refused" for each error.
	answers, failures, _ := strings.Cut(said, "Error distribution:")
	for _, line := range regexp.MustCompile(`\[(\d+)\]\s+(\d+) responses`).FindAllStringSubmatch(answers, -1) {
		tried += number(t, line[2], `(\d+)`)
		if line[1] == "200" {
			held += number(t, line[2], `(\d+)`)
		}
	}
	for _, line := range regexp.MustCompile(`(?m)^\s*\[(\d+)\]\s`).FindAllStringSubmatch(failures, -1) {
		tried += number(t, line[1], `(\d+)`)
	}
	return tried, held
}

func countAB(t *testing.T, said string) (tried, held int) {
	tried = number(t, said, `Complete requests:\s+(\d+)`)
	held = tried - number(t, said, `Failed requests:\s+(\d+)`)
	if strings.Contains(said, "Non-2xx") {
		held -= number(t, said, `Non-2xx responses:\s+(\d+)`)
	}
	return tried, held
}

func countSiege(t *testing.T, said string) (tried, held int) {
	var counted struct {
		Transactions int `json:"transactions"`
		Successful   int `json:"successful_transactions"`
		Failed       int `json:"failed_transactions"`
	}
	if err := json.Unmarshal([]byte(said[max(0, strings.Index(said, "{")):]), &counted); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	tried = counted.Transactions + counted.Failed
	return tried, min(counted.Successful, tried) // at its end siege counts one that it has not counted as begun
}

// number is the number in text where pattern has its parentheses.
func number(t *testing.T, text, pattern string) int {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no %s in:\n%s", pattern, text)
	}
	n, err := strconv.Atoi(found[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}
