package main

import "github.com/dibbler-app/dibbler/dibbler"

// mostRows limits the rows of a table. The saved list has all files.
const mostRows = 500

// A page is the data of the templates.
type page struct {
	dibbler.Input[order]
	Work     *Work // nil if there is no result
	Problems []File
	Notes    []File
	Good     []File
	More     int // the number of files that are not shown
}

func newPage(in dibbler.Input[order], work *Work) page {
	p := page{Input: in, Work: work}
	if work == nil {
		return p
	}
	in.Prefill("folder", work.Folder)
	in.Prefill("list", work.List)
	for _, f := range work.Files {
		to := &p.Good
		if f.Problem != "" {
			to = &p.Problems
		} else if f.Note != "" {
			to = &p.Notes
		}
		if len(*to) == mostRows {
			p.More++
			continue
		}
		f.Name = shown(f.Name)
		*to = append(*to, f)
	}
	return p
}
