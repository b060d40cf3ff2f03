package calendar

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// testdata has the output of Python, written by golden.py.

func TestTextIsPythons(t *testing.T) {
	files, err := filepath.Glob("testdata/*-*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no calendars in testdata: %v", err)
	}
	for _, file := range files {
		var y year
		var first weekday
		if _, err := fmt.Sscanf(filepath.Base(file), "%d-%d.txt", &y, &first); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := y.text(first); !bytes.Equal(got, want) {
			t.Errorf("year %d, first day %v: got\n%s\nwant\n%s", y, first, got, want)
		}
	}
}

func TestTextIsPythonsInEveryYear(t *testing.T) {
	file, err := os.Open("testdata/sums.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var sums int
	for lines := bufio.NewScanner(file); lines.Scan(); sums++ {
		number, want, _ := strings.Cut(lines.Text(), " ")
		var first weekday
		if err := first.UnmarshalText([]byte(number)); err != nil {
			t.Fatalf("%s: %q: %v", file.Name(), number, err)
		}
		t.Run(first.String(), func(t *testing.T) {
			t.Parallel()
			sum := sha256.New()
			for y := minYear; y <= maxYear; y++ {
				sum.Write(y.text(first))
			}
			if got := fmt.Sprintf("%x", sum.Sum(nil)); got != want {
				t.Errorf("SHA-256 of the years %d to %d is %s, want %s", minYear, maxYear, got, want)
			}
		})
	}
	if sums != 7 {
		t.Errorf("%s has sums for %d days of the week, want 7", file.Name(), sums)
	}
}

func BenchmarkText(b *testing.B) {
	for b.Loop() {
		year(2003).text(monday)
	}
}
