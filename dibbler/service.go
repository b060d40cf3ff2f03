package dibbler

// A Service is what a [Context] runs: a [*Server], a [*Listener] or a [*Task].
type Service interface {
	// open gets what the service needs, such as its address, and serves nobody yet.
	open(*Context) (runner, error)
	// abandon closes what the author has opened for a service that is not added.
	abandon()
}

// A runner is a service that has been opened, or its life from then on.
type runner interface {
	// added makes the address known, if there is one.
	added()
	// serve runs until the service has ended and nothing of it is left.
	serve() error
	// closeListeners takes no more connections than there are by now. It is for a
	// service that is served.
	closeListeners() error
	// drain tells who has to be told, so that serve returns. It does not wait.
	drain()
	// doing lists the unfinished requests and tasks.
	doing() []string
	// cut ends by force what is left, also of a service that was never served. It
	// does not wait.
	cut()
}

// A running is a service with its runner.
type running struct {
	service Service
	removed bool
	runner
}

// isEndless reports whether r runs for as long as the environment does, so that nothing of
// it is in flight.
func (r *running) isEndless() bool {
	s, ok := r.runner.(*taskService)
	return ok && !s.task.Finishes
}

// closeListeners closes the listeners of services together, and sends the error of
// each.
func closeListeners(services []*running) <-chan error {
	errs := make(chan error, len(services))
	for _, r := range services {
		go func() { errs <- r.closeListeners() }()
	}
	return errs
}
