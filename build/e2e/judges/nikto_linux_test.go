package judges

import (
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/proof"
)

// niktoAnswers are the answers to what Nikto 2.6.1 finds, by a part of what it
// says. A finding without an answer fails the test.
var niktoAnswers = map[string]string{
	"header missing: permissions-policy":        "The pages have no frames and load nothing from elsewhere, so that there is nobody to keep the camera from. What a plug-in's own page may use is for its author to say.",
	"header missing: strict-transport-security": "It is for servers with TLS. This one is reached through no network, and by its owner alone.",
}

// A scanner looks for known holes of web servers: some 8,000 requests for files left
// behind, outdated programs, dangerous methods and missing headers.
func TestNikto(t *testing.T) {
	proof.Only(t)
	program, err := exec.LookPath("nikto")
	if err != nil {
		t.Skip("not for a machine without nikto, which Debian has in non-free only (package nikto)")
	}
	d, p := start(t)
	report := filepath.Join(d.Home(), "report.csv")
	leave := use(t, p.URL)
	said := ask(t, d, program, "-h", p.URL, "-ask", "no", "-nocheck", "-nointeractive", "-Format", "csv", "-output", report)
	tried, held := leave()
	proof.Held(t, "pages for the owner under nikto", tried, held)

	file, err := os.Open(report)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows := csv.NewReader(file)
	rows.FieldsPerRecord = -1
	findings, err := rows.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	unanswered := 0
	for _, finding := range findings {
		// One that is not about a page tells what nikto is, or what it looks at.
		if len(finding) == 7 && finding[5] != "" && !answered(finding[6]) {
			t.Errorf("%s %s: %s", finding[4], finding[5], finding[6])
			unanswered++
		}
	}
	requests := number(t, said, `(\d+) requests: 0 errors`)
	proof.Held(t, "requests of nikto find nothing that has no answer", requests, requests-unanswered)
}

func answered(finding string) bool {
	for part := range niktoAnswers {
		if strings.Contains(finding, part) {
			return true
		}
	}
	return false
}
