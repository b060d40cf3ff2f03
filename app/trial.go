package app

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dibbler-app/dibbler/app/internal/dirs"
	"github.com/dibbler-app/dibbler/app/internal/launch"
	"github.com/dibbler-app/dibbler/app/internal/life"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/trial"
	"github.com/dibbler-app/dibbler/app/internal/web"
)

func init() {
	trial.Start = func(app any, c trial.Config) (*trial.Program, error) {
		a := app.(App)
		i, err := a.newTrial(c)
		if err != nil {
			return nil, err
		}
		return i.try()
	}
	trial.NewTool = func(c trial.Config) (any, func() error, error) {
		i, err := (&App{Name: "Test"}).newTrial(c)
		if err != nil {
			return nil, nil, err
		}
		return i.tryTool()
	}
}

// newTrial returns an invocation for [trial.Start].
func (a *App) newTrial(c trial.Config) (*invocation, error) {
	if err := a.setDefaults(); err != nil {
		return nil, err
	}
	opts, err := a.parseServing(c.Args)
	if err != nil {
		return nil, err
	}
	folders, err := dirs.MakeIn(c.Dir)
	if err != nil {
		return nil, err
	}
	i := a.newInvocation(opts, folders, io.Discard, c.Stderr)
	i.browser, i.notify, i.dialog, i.fake = c.Browser, c.Notify, c.Dialog, true
	return i, nil
}

// parseServing parses arguments. It returns an error if they do not start the program.
func (a *App) parseServing(args []string) (opts options, err error) {
	if opts, err = a.parse(args, io.Discard); err != nil {
		return opts, err
	}
	if !opts.serves() {
		return opts, fmt.Errorf("the arguments %q do not start the program", args)
	}
	if opts.port < 0 {
		opts.port = 0
	}
	opts.args, err = launch.CheckArgs(a.opens(), opts.args, folder())
	return opts, err
}

// try starts the program.
func (i *invocation) try() (*trial.Program, error) {
	p, err := i.ready()
	if p == nil {
		if err == nil {
			err = errors.New("the program was asked to end before it was ready")
		}
		return nil, errors.Join(err, i.journal.Close())
	}
	result, ended := i.begin(p), make(chan struct{})
	var endErr error
	go func() {
		defer close(ended)
		endErr = errors.Join(<-result, i.journal.Close())
	}()
	if _, err := i.show(p); err != nil {
		i.life.Shutdown()
		<-ended
		return nil, errors.Join(err, endErr)
	}
	return &trial.Program{
		URL:       p.url,
		Desk:      p.desk,
		Launch:    func(args []string) (string, error) { return i.launchAgain(p, args) },
		Shutdown:  i.life.Shutdown,
		Unchecked: p.filter.Unchecked,
		Ended:     ended,
		Err:       func() error { <-ended; return endErr },
	}, nil
}

// launchAgain launches p a second time.
func (i *invocation) launchAgain(p *program, args []string) (page string, err error) {
	again := *i
	again.life = life.New()
	if again.opts, err = i.parseServing(args); err != nil {
		return "", err
	}
	ctx := again.life.Context()
	filter := web.NewOwnerFilter(new(web.Refusals))
	defer filter.Close()
	first, reply, err := again.findOther(ctx, filter)
	switch {
	case err != nil:
		return "", err
	case first != nil:
		return "", errors.Join(errors.New("the program has ended"), first.Close())
	}
	if err := again.showOther(ctx, reply); err != nil {
		return "", err
	}
	return "/" + strings.TrimPrefix(reply.URL, p.url), nil
}

// tryTool returns a Tool of a program that never serves.
func (i *invocation) tryTool() (_ *Tool, end func() error, err error) {
	refusals := new(web.Refusals)
	filter := web.NewOwnerFilter(refusals)
	end = func() error {
		defer filter.Close()
		return errors.Join(i.life.Discard(), i.journal.Close())
	}
	p, err := i.newProgram(place{filter: filter, refusals: refusals})
	if err == nil {
		err = loopback.Close(p.listeners)
	}
	if err != nil {
		return nil, nil, errors.Join(err, end())
	}
	tool := i.newTool(p)
	tool.plugin = "in a test"
	return &tool, end, nil
}
