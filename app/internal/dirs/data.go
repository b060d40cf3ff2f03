package dirs

import (
	"log/slog"
	"os"
	"sync"
)

// A DataFolder is the folder for the data of the tool. It is made when it is first used.
// Its methods may be called concurrently. Make one with [Dirs.DataFolder].
type DataFolder struct {
	dirs Dirs
	id   string

	mu   sync.Mutex
	path string
	err  error
}

// DataFolder returns the data folder of the program with this ID.
func (d Dirs) DataFolder(id string) *DataFolder { return &DataFolder{dirs: d, id: id} }

// Open returns the folder and, the first time, warnings for the owner. If the folder
// cannot be made, Open returns a path in which no file can be made; see Err.
func (d *DataFolder) Open() (path string, warnings []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.path == "" {
		if d.path, warnings, d.err = d.make(); d.err != nil {
			slog.Error("no folder for the tool's files", "err", d.err)
			d.path = os.DevNull
		}
	}
	return d.path, warnings
}

func (d *DataFolder) make() (path string, warnings []string, err error) {
	if d.dirs.Data != "" {
		return d.dirs.Data, nil, nil
	}
	return MakeData(d.id)
}

// Err returns the error of Open, if it was called and failed.
func (d *DataFolder) Err() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}
