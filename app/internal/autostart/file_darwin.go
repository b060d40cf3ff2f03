package autostart

import (
	"path/filepath"

	"github.com/dibbler-app/dibbler/app/internal/dirs"
)

func (e Entry) path() (string, error) {
	home, err := dirs.Home()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, "Library", "LaunchAgents", e.ID+".plist"), nil
}

func encode(e Entry) (string, error) { return agent(e) }

func decode(text string) (login, error) { return parseAgent(text) }

func replace(text, from, to string) (string, error) { return moveAgent(text, from, to) }
