package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"golang.org/x/perf/benchmath"
)

// A table compares peers by several measures. Each round adds one value of each measure for each
// peer.
type table struct {
	title    string
	measures []string
	peers    []string // the others are compared with the first
	values   map[cell][]float64
}

type cell struct{ peer, measure string }

func newTable(title string, peers []string, measures ...string) *table {
	return &table{title, measures, peers, map[cell][]float64{}}
}

func (t *table) add(peer, measure string, value float64) {
	at := cell{peer, measure}
	t.values[at] = append(t.values[at], value)
}

// print prints the medians of the first peer, and the ratios of the others to it.
func (t *table) print(w io.Writer) {
	fmt.Fprintf(w, "\n%s\n", t.title)
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, m := range t.measures {
		fmt.Fprintf(tab, "\t%s", m)
	}
	fmt.Fprintln(tab)
	for i, peer := range t.peers {
		fmt.Fprint(tab, "  ", peer)
		for _, m := range t.measures {
			values := t.values[cell{peer, m}]
			if i == 0 {
				fmt.Fprintf(tab, "\t%s", number(summary(values).Center))
				continue
			}
			fmt.Fprintf(tab, "\t%s", ratio(summary(ratios(values, t.values[cell{t.peers[0], m}]))))
		}
		fmt.Fprintln(tab)
	}
	tab.Flush()
}

// ratios compares two peers round by round.
func ratios(of, to []float64) []float64 {
	r := make([]float64, len(of))
	for i := range r {
		r[i] = of[i] / to[i]
	}
	return r
}

func summary(values []float64) benchmath.Summary {
	return benchmath.AssumeNothing.Summary(benchmath.NewSample(slices.Clone(values), &benchmath.DefaultThresholds), 0.95)
}

func ratio(s benchmath.Summary) string {
	if s.Lo == s.Center && s.Hi == s.Center {
		return fmt.Sprintf("%.2f", s.Center)
	}
	return fmt.Sprintf("%.2f (%.2f–%.2f)", s.Center, s.Lo, s.Hi)
}

// number prints three digits.
func number(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}
