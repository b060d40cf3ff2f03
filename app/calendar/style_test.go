package calendar

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/assets"
)

// The contrast of the colours fulfils WCAG 2.2, level AA: 4.5 for text and 3 for the
// edges of controls, also in print.
func TestContrast(t *testing.T) {
	rules := regexp.MustCompile(`:root \{([^}]*)\}`).FindAllStringSubmatch(string(style), -1)
	if len(rules) != 3 {
		t.Fatalf("style.css sets colours in %d places, want light, dark, print", len(rules))
	}
	light := map[string]string{}
	for i, scheme := range []string{"light", "dark", "print"} {
		colors := map[string]string{}
		for name, value := range light {
			colors[name] = value // for schemes that do not change it
		}
		for _, m := range regexp.MustCompile(`--([\w-]+): (#\w+);`).FindAllStringSubmatch(rules[i][1], -1) {
			colors[m[1]] = m[2]
		}
		if i == 0 {
			light = colors
		}
		for _, pair := range []struct {
			front, back string
			least       float64
		}{
			{"ink", "paper", 4.5},
			{"quiet", "paper", 4.5},
			{"accent", "paper", 4.5},
			{"on-accent", "accent", 4.5},
			{"edge", "paper", 3},
		} {
			if got := contrast(t, colors[pair.front], colors[pair.back]); got < pair.least {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want %v", scheme, pair.front, pair.back, got, pair.least)
			}
		}
	}
}

// contrast returns the contrast ratio of WCAG 2.2.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance returns the relative luminance of WCAG 2.2 of a colour such as #fff or
// #fbfaf7.
func luminance(t *testing.T, color string) float64 {
	t.Helper()
	if len(color) == 4 {
		color = string([]byte{'#', color[1], color[1], color[2], color[2], color[3], color[3]})
	}
	if len(color) != 7 {
		t.Fatalf("%q is not a colour", color)
	}
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(color[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatalf("%q is not a colour: %v", color, err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// TestStyle_colors: the calendar has the colours of the style sheet of all pages. Its own is
// part of the page, so that a browser needs no second request to show a year.
func TestStyle_colors(t *testing.T) {
	rules := regexp.MustCompile(`:root \{([^}]*)\}`).FindAllStringSubmatch(string(style), -1)
	shared, err := assets.Web.ReadFile("web/app.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"paper", "field", "ink", "quiet", "line", "edge"} {
		want := regexp.MustCompile(`--` + name + `: light-dark\((#\w+), (#\w+)\)`).FindStringSubmatch(string(shared))
		if want == nil {
			t.Fatalf("app.css has no %s", name)
		}
		for i, color := range want[1:] {
			if !strings.Contains(rules[i][1], "--"+name+": "+color+";") {
				t.Errorf("--%s is not %s: %s", name, color, rules[i][1])
			}
		}
	}
}
