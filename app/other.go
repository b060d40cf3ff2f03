package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/dirs"
	"github.com/dibbler-app/dibbler/app/internal/instance"
	"github.com/dibbler-app/dibbler/app/internal/web"
)

// What a launch sends to the program that runs already.
const (
	commandHail = "hail" // asks for the address of its page, and tells of the launch in further lines
	commandLook = "look" // asks the same, and changes nothing
	commandQuit = "quit" // asks it to shut down
)

// launchTimeout is how long a launch waits for the program that runs already, which
// may be finishing its requests. It is a variable for tests.
var launchTimeout = 30 * time.Second

// findOther makes this process the one that serves, or returns the reply of the
// one that does. Only in the first case, and without an error, is there an instance.
func (i *invocation) findOther(ctx context.Context, filter *web.OwnerFilter) (*instance.Instance, string, error) {
	bounded, cancel := context.WithTimeoutCause(ctx, launchTimeout, fmt.Errorf(
		"%s runs already, and has not answered or ended for %v; end it in the system's task manager and start it again", i.Name, launchTimeout))
	defer cancel()
	slog.Debug("looking for the program in case it runs already")
	return instance.Start(bounded, i.folders.Locks(), i.upgrade.this.tell(commandHail), filter.OnIncomingConnection)
}

// tell returns the command, a hail or a look, that tells of the build and the session
// of this launch.
func (b build) tell(command string) string {
	lines := []string{command, "build=" + b.id, "title=" + b.title, "file=" + b.file}
	text := strings.Join(append(lines, desk.Session()...), "\n")
	if len(text) > instance.MaxText {
		return command
	}
	return text
}

// parseTold returns the command, the build and the variables of the session that a
// launch has told of.
func parseTold(text string) (command string, b build, session map[string]string) {
	lines := strings.Split(text, "\n")
	session = map[string]string{}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, "=")
		session[name] = value
	}
	return lines[0], build{id: session["build"], title: session["title"], file: session["file"]}, session
}

// parseReply returns what a hail or a look is answered with: the address of the page and, if
// it is another build that runs, its title.
func parseReply(reply string) (url, otherTitle string) {
	url, otherTitle, _ = strings.Cut(reply, "\n")
	return url, otherTitle
}

// answer answers a later launch, unless the program is about to end: the launch then
// waits for that, and takes its place.
func (i *invocation) answer(p *program, text string) (reply string, ok bool) {
	command, other, session := parseTold(text)
	switch {
	case command == commandQuit:
		i.upgrade.restart.Store(false)
		i.life.Shutdown()
		return "", true
	case i.life.Ending():
		return "", false
	case command == commandHail:
		i.follow(p, other, session)
	}
	if i.upgrade.this.differs(other) {
		return p.url + "\n" + i.upgrade.this.title, true
	}
	return p.url, true
}

// follow takes note of the build and the session of a later launch.
func (i *invocation) follow(p *program, other build, session map[string]string) {
	if p.desk.Wants(session) {
		if err := setSession(session); err != nil {
			slog.Warn("session", "err", err)
		}
		p.desk.Retry()
	}
	if i.upgrade.this.differs(other) {
		slog.Warn("another build was started", "title", other.title, "file", other.file)
		i.upgrade.note(other)
	}
}

// quitTimeout is how long -quit waits for the end. Requests in flight take their
// time, and so do the plug-ins that flush.
const quitTimeout = time.Minute

// quitOther is -quit: it ends the program that runs, and waits until it has ended.
func (a *App) quitOther(stdout io.Writer) error {
	folders, err := dirs.Make(a.ID)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(context.Background(), quitTimeout, fmt.Errorf(
		"%s has not ended for %v; end it in the system's task manager", a.Name, quitTimeout))
	defer cancel()
	_, err = instance.SendAndWait(ctx, folders.Locks(), commandQuit)
	if errors.Is(err, instance.ErrNotRunning) {
		fmt.Fprintf(stdout, "%s was not running.\n", a.Name)
		return nil
	}
	if err == nil {
		fmt.Fprintf(stdout, "%s has ended.\n", a.Name)
	}
	return err
}
