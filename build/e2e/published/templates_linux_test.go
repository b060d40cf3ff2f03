package published_test

import (
	"path/filepath"
	"runtime"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/debian"
	"github.com/dibbler-app/dibbler/build/e2e/internal/wine"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
)

// templates are the templates of dibble new.
var templates = []string{"greeter", "expenses", "checksums"}

// tool makes a tool from a template, whose name, ID and folder all differ.
func (a author) tool(template string) (name, id, command string) {
	a.t.Helper()
	name, command = "My "+template, "my"+template
	id = "org.ada." + command
	a.new(template, "-template", template, "-name", name, "-id", id)
	return name, id, command
}

// TestDebs installs, uses, upgrades and removes the Debian packages of all templates.
func TestDebs(t *testing.T) {
	proof.Only(t)
	for _, template := range templates {
		t.Run(template, func(t *testing.T) {
			program := debian.Program{
				Name: "My " + template, ID: "org.ada.my" + template, Command: "my" + template, Package: "my" + template,
				NewVersion: newer, Page: "main",
			}
			program.Live(t, func() (string, string) {
				a := newAuthor(t)
				_, _, command := a.tool(template)
				deb := func(version string) string {
					return filepath.Join(a.pack(template, version, "linux/"+runtime.GOARCH), command+"_"+version+"-1_"+runtime.GOARCH+".deb")
				}
				return deb(older), deb(newer)
			})
			proof.Held(t, "Debian packages of tools from templates are installed, used, upgraded and removed", 1, 1)
		})
	}
}

// TestInstallers installs, uses, upgrades and removes all templates with their installers for
// Windows.
func TestInstallers(t *testing.T) {
	proof.Only(t)
	desktop.Need(t, "makensis", "nsis")
	for _, template := range templates {
		t.Run(template, func(t *testing.T) {
			a := newAuthor(t)
			name, id, command := a.tool(template)
			w := wine.Start(t, name, id)
			installer := func(version string) wine.Installer {
				return w.AddInstaller(a.pack(template, version, "windows/amd64"), command+"-"+version+"-windows-amd64")
			}
			w.Live(installer(older), installer(newer))
			proof.Held(t, "installers of tools from templates are installed, used, upgraded and removed", 1, 1)
		})
	}
}
