package dibbler

// A Service can be added to a [Context]. It is a [*Server], a [*Listener] or a [*Task].
type Service interface {
	// open listens on the address of the service, if it has one.
	open(*Context) (runner, error)
}

// A runner is a service that has been opened.
type runner interface {
	// added publishes the address of the service, if it has one.
	added()
	// serve runs the service and returns when all of it has ended.
	serve() error
	// closeListeners accepts the connections in the backlog and no further ones. serve
	// must have been called.
	closeListeners() error
	// drain tells the service to finish, so that serve returns. It does not wait.
	drain()
	// unfinished lists the unfinished requests, connections and tasks.
	unfinished() []string
	// cut cancels contexts and closes connections. It does not wait, and may be called
	// without serve.
	cut()
}

// An entry is a service of a Context with its runner.
type entry struct {
	service Service
	removed bool
	runner
}

// isEndless reports whether r is a task that runs as long as the environment and does not
// finish by itself.
func (r *entry) isEndless() bool {
	s, ok := r.runner.(*taskService)
	return ok && !s.task.Finishes
}

// closeListeners closes the listeners of all services concurrently. The channel receives
// one error or nil for each service.
func closeListeners(services []*entry) <-chan error {
	errs := make(chan error, len(services))
	for _, r := range services {
		go func() { errs <- r.closeListeners() }()
	}
	return errs
}
