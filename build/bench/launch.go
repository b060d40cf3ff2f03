package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// launches compares the times that owners wait for: whole programs with an icon in a real panel
// and a page in a real browser. The benchmark in build/e2e/program measures them.
func (b *bench) launches() error {
	t := newTable("From the double-click until the program has ended", nil)
	if !b.only.MatchString(t.title) {
		return nil
	}
	rounds := max(leastCount, b.count/2)
	cmd := exec.Command("go", "test", "-run=^$", "-bench=^BenchmarkLaunch$", fmt.Sprintf("-benchtime=%dx", rounds), "./program")
	cmd.Dir = filepath.Join("..", "e2e")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // like packaged programs
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	var said strings.Builder
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		measured, err := t.addLine(lines.Text())
		if err != nil {
			return fmt.Errorf("%w; %v", err, cmd.Wait())
		}
		if !measured {
			fmt.Fprintln(&said, lines.Text())
		}
	}
	if err := cmd.Wait(); err != nil || t.peers == nil {
		return fmt.Errorf("nothing was launched: %v\n%s", err, said.String())
	}
	t.print(os.Stdout)
	return nil
}

// addLine adds a line of the benchmark's output, such as
//
//	measured	the calendar	icon ms	34.5
func (t *table) addLine(line string) (measured bool, err error) {
	fields := strings.Split(line, "\t")
	if fields[0] != "measured" {
		return false, nil
	}
	if len(fields) != 4 {
		return false, fmt.Errorf("%q is no measurement", line)
	}
	value, err := strconv.ParseFloat(fields[3], 64)
	if err != nil {
		return false, err
	}
	peer, measure := fields[1], fields[2]
	if !slices.Contains(t.peers, peer) {
		t.peers = append(t.peers, peer)
	}
	if !slices.Contains(t.measures, measure) {
		t.measures = append(t.measures, measure)
	}
	t.add(peer, measure, value)
	return true, nil
}
