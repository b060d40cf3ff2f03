// Package instance makes sure that a program has one running instance.
//
// The launches of a user's program share private folders. Each launch calls [Start] with
// a command, such as "open". The first one locks the folders and becomes the [Instance],
// which answers the commands of later launches.
//
//	open := func() (string, error) { return "open", nil }
//	first, answer, err := instance.Start(ctx, folders, open, nil)
//	switch {
//	case err != nil:
//		return err
//	case first == nil:
//		fmt.Println(answer)
//		return nil
//	}
//	go first.Serve(func(command string) (string, bool) { … })
//	…
//	first.Close()
//
// One folder is enough. It must be on a file system that supports locks. A second folder
// elsewhere keeps a second instance from starting if one of the folders is deleted while
// the program is running, because a deleted lock has no effect.
//
// The package was tested on Linux, and on Windows only under Wine; not on macOS.
//
// # Attacks
//
// A launch trusts the answer of the instance, and opens the page in it. The instance
// performs the command of a launch. So each must verify the other. Other users of the
// computer can connect to any port of 127.0.0.1, and can listen on the former port of an
// instance. They cannot read the folders. The package defends against these attacks and
// failures:
//
//   - Another user connects. The filter given to Start refuses the connection
//     before anything is read. If there is no filter, or the system cannot tell
//     the user, the launch must send a proof: an HMAC with the key in the
//     folders of a nonce that the instance has just made. A recorded proof is
//     useless.
//   - Another user listens on the port of an instance that crashed, and a launch
//     finds the port in the address file. The launch sends only a nonce until
//     the other side has proved that it knows the key. The key is never sent.
//   - A peer sends back the proof of the other side. This is refused, because
//     the proof includes the name of the side.
//   - A peer sends bad or endless input. Before the proof, only 64 bytes are
//     read, for a few seconds, from a limited number of peers. The length of a
//     text has two bytes.
//   - A process crashes. The system frees its locks, and leftover lock and
//     address files are harmless. Each instance has a new key.
//   - An instance holds the lock and does not answer. The caller's context
//     limits every wait.
//
// The package uses TCP and not Unix sockets, so that an instance can be reached exactly
// if its pages can be reached.
package instance

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"sync"

	"github.com/gofrs/flock"
)

const lockName = "instance.lock"

// An Instance is the running instance of a program. Its methods may be called
// concurrently. [Start] returns it.
type Instance struct {
	locks    []*flock.Flock
	here     address
	listener net.Listener
	filter   func(net.Conn) bool
	unproven chan struct{}   // has a token for each connection without a proof
	ended    context.Context // done when the locks are free
	end      context.CancelFunc
	close    func() error

	mu      sync.Mutex // held while an answer is made and sent
	closing bool
}

// Start makes this process the instance of the folders and returns the Instance, or sends
// a command to the running instance and returns nil and its answer. command is called only
// in the second case. If it returns an error, Start returns that error.
//
// The folders must be private to the user, because everybody who can read their files can
// send commands. The first folder must exist; the others are used if possible. Launches
// before the call of Serve wait for it. If the running instance declines the command
// because it is ending, Start waits until it has ended, and makes this process the next
// instance.
//
// ctx limits only Start; the Instance exists until Close. If an instance holds the lock
// and does not answer, Start waits until ctx is done. If the instance is on another
// computer or in another network namespace, Start returns an error that says where.
//
// filter, if not nil, is called concurrently for each connection before anything is read
// from it. If it returns false, the connection is closed.
func Start(ctx context.Context, folders []string, command func() (string, error), filter func(net.Conn) bool) (*Instance, string, error) {
	tries := retries{waiting: fmt.Sprintf("another process holds the lock in %s", folders[0])}
	for {
		locks, err := lockAll(folders)
		if err != nil {
			return nil, "", fmt.Errorf("instance: cannot take the lock; its folder must be writable, and its file system must support locks: %w", err)
		}
		if locks != nil {
			first, err := listen(locks, filter)
			if err != nil {
				return nil, "", errors.Join(err, unlockAll(locks))
			}
			return first, "", nil
		}
		text, err := command()
		if err == nil {
			err = checkText(text)
		}
		if err != nil {
			return nil, "", err
		}
		answer, err := deliver(ctx, folders, text, false)
		if err == nil {
			return nil, answer, nil
		}
		if err := tries.wait(ctx, err); err != nil {
			return nil, "", err
		}
	}
}

// lockAll takes the lock in each folder, or none if another process has one.
func lockAll(folders []string) (locks []*flock.Flock, err error) {
	for n, folder := range folders {
		lock := flock.New(filepath.Join(folder, lockName))
		locked, err := lock.TryLock()
		switch {
		case locked:
			locks = append(locks, lock)
		case err == nil:
			return nil, unlockAll(locks)
		case n == 0:
			return nil, err
		}
	}
	return locks, nil
}

func unlockAll(locks []*flock.Flock) (err error) {
	for _, lock := range locks {
		err = errors.Join(err, lock.Unlock())
	}
	return err
}

// listen makes this process, which holds the locks, the instance.
func listen(locks []*flock.Flock, filter func(net.Conn) bool) (*Instance, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("instance: %w", err)
	}
	i := &Instance{
		locks:    locks,
		here:     newAddress(listener.Addr().(*net.TCPAddr).Port),
		listener: listener,
		filter:   filter,
		unproven: make(chan struct{}, maxUnproven),
	}
	i.ended, i.end = context.WithCancel(context.Background())
	i.close = sync.OnceValue(i.shut)
	for n, lock := range locks {
		if err := i.here.write(filepath.Dir(lock.Path())); err != nil && n == 0 {
			return nil, errors.Join(fmt.Errorf("instance: cannot write its address: %w", err), listener.Close())
		}
	}
	return i, nil
}

// Close frees the locks. Then another launch can become the instance, so call Close last.
// An answer that is being prepared is sent first, and commands without an answer are
// declined. Serve returns soon afterwards. Later calls return the result of the first.
func (i *Instance) Close() error { return i.close() }

func (i *Instance) shut() error {
	err := i.listener.Close()
	i.mu.Lock()
	i.closing = true
	i.mu.Unlock()
	for _, lock := range i.locks {
		i.here.remove(filepath.Dir(lock.Path()))
	}
	// The locks are freed last, so that the address files of the next instance are not
	// removed. The lock files stay: otherwise one launch could lock a removed file that
	// it has opened, while another makes a new one.
	err = errors.Join(err, unlockAll(i.locks))
	i.end()
	if err != nil {
		return fmt.Errorf("instance: close: %w", err)
	}
	return nil
}
