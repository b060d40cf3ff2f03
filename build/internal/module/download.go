package module

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// A Download is a module in the module cache.
type Download struct {
	Dir           string
	Sum, GoModSum string // the sums of the module and its go.mod, as in a go.sum file
}

// Get downloads a module at a version, unless it is in the module cache.
func Get(ctx context.Context, path, version string) (Download, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", path+"@"+version)
	cmd.Dir = os.TempDir() // in a module, the command might change go.sum
	cmd.Env = append(os.Environ(), "GOWORK=off")
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	var got struct {
		Download
		Error string
	}
	if badJSON := json.Unmarshal(out, &got); err == nil {
		err = badJSON
	} else if got.Error != "" {
		err = errors.New(got.Error)
	}
	if err != nil {
		return Download{}, fmt.Errorf("cannot get %s %s: %w\n%s%s", path, version, err, said.String(), Offline(err.Error()))
	}
	return got.Download, nil
}

// Offline returns advice if the output of a go command shows that it could not reach a
// server, and otherwise "".
func Offline(said string) string {
	for _, sign := range []string{"dial tcp", "no such host", "GOPROXY=off", "connection refused", "i/o timeout"} {
		if strings.Contains(said, sign) {
			return "The network is needed once: connect, and try again. After that, the module cache has everything."
		}
	}
	return ""
}
