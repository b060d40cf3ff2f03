// Package instance makes one running program out of many launches.
//
// The launches of one user's program meet in a private folder. Each calls
// [Start] with a command, such as "open". The first one takes a lock, becomes
// the [Instance], and receives the commands of the later ones, which get its
// answers and can end.
//
//	first, answer, err := instance.Start(ctx, dir, "open", nil)
//	switch {
//	case err != nil:
//		return err
//	case first == nil:
//		fmt.Println(answer)
//		return nil
//	}
//	defer first.Close()
//	for m := range first.Messages() { … }
//
// The system frees the lock when the process ends, however it ends. A file
// beside the lock, readable by its user only, tells where on 127.0.0.1 the
// instance listens, and a key that is new with each instance. Both sides prove
// that they know the key and never send it, so whoever else listens or
// connects there learns nothing and changes nothing. The folder must be on a
// file system that has locks.
//
// It has been run on Linux, and on Windows under wine only; not on macOS.
package instance

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"sync"

	"github.com/gofrs/flock"

	"github.com/dibbler-app/dibbler/app/internal/atomicfile"
)

// Instance is the one running instance. Its methods may be called
// concurrently. Make one with [Start].
type Instance struct {
	lock     *flock.Flock
	path     string // of the address file
	here     address
	listener net.Listener
	filter   func(net.Conn) bool

	messages  chan *Message
	ending    context.Context // done when Close begins
	end       context.CancelFunc
	greetings chan struct{} // one element for each connection that is not proven
	work      sync.WaitGroup
	closing   sync.Once
	closeErr  error
}

// Start becomes the instance of the folder dir, or delivers the command to the
// one that runs. It returns either the Instance, or nil and the answer of the
// other one.
//
// Dir must exist and be private to the user: whoever can read the files in it
// can send commands. The Instance answers as soon as Start returns; messages
// wait until they are received. If the running instance declines the command
// because it is about to end, Start waits for that and becomes the next one.
//
// The context bounds Start only; the Instance lives until Close. An instance
// that holds the lock and cannot be reached for half a minute is an error; one
// that is reached and does not answer is waited for as long as the context
// lasts.
//
// A filter that is not nil is asked about each connection before anything is
// read from it, concurrently, and those for which it returns false are closed.
func Start(ctx context.Context, dir, command string, filter func(net.Conn) bool) (*Instance, string, error) {
	if err := checkText(command); err != nil {
		return nil, "", err
	}
	lock := flock.New(filepath.Join(dir, lockName))
	attempt := newAttempts()
	for {
		locked, err := lock.TryLock()
		if err != nil {
			return nil, "", fmt.Errorf("instance: cannot take the lock; its folder must be writable: %w", err)
		}
		if locked {
			first, err := listen(lock, dir, filter)
			if err != nil {
				return nil, "", errors.Join(err, lock.Unlock())
			}
			return first, "", nil
		}
		answer, err := deliver(ctx, dir, command, attempt.reach)
		if err == nil {
			return nil, answer.text, nil
		}
		if err := attempt.next(ctx, err); err != nil {
			return nil, "", fmt.Errorf("instance: %s is held by another one: %w", lock.Path(), err)
		}
	}
}

// listen makes the holder of the lock the instance.
func listen(lock *flock.Flock, dir string, filter func(net.Conn) bool) (*Instance, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("instance: %w", err)
	}
	i := &Instance{
		lock:      lock,
		path:      filepath.Join(dir, addressName),
		here:      address{port: listener.Addr().(*net.TCPAddr).Port, key: newSecret()},
		listener:  listener,
		filter:    filter,
		messages:  make(chan *Message),
		greetings: make(chan struct{}, maxGreetings),
	}
	i.ending, i.end = context.WithCancel(context.Background())
	if err := i.here.write(i.path); err != nil {
		return nil, errors.Join(fmt.Errorf("instance: cannot say where it listens: %w", err), listener.Close())
	}
	i.work.Go(i.accept)
	return i, nil
}

// Messages returns the channel of the commands that later launches send. Each
// has to be answered, with Reply or Decline. It is closed by Close.
func (i *Instance) Messages() <-chan *Message { return i.messages }

// Close declines the commands that are not answered yet, and frees the lock.
// From then on another launch can become the instance, so call it last. Later
// calls return the result of the first.
func (i *Instance) Close() error {
	i.closing.Do(func() {
		i.end()
		err := i.listener.Close()
		i.work.Wait()
		close(i.messages)
		// The lock is freed last: the address file of the next instance must
		// not be removed here. The lock file stays, because a launch that has
		// opened it could lock a file that is gone, while another makes a new
		// one.
		i.closeErr = errors.Join(err, i.removeAddress(), i.lock.Unlock())
		if i.closeErr != nil {
			i.closeErr = fmt.Errorf("instance: close: %w", i.closeErr)
		}
	})
	return i.closeErr
}

// removeAddress removes the address file, unless it is another instance's: where
// somebody has removed the folder, there can be two.
func (i *Instance) removeAddress() error {
	there, err := readAddress(filepath.Dir(i.path))
	if err == nil && !there.equal(i.here) {
		return nil
	}
	return atomicfile.Remove(i.path)
}
