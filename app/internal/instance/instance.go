// Package instance makes one running program out of many launches.
//
// The launches of one user's program meet in private folders. Each calls
// [Start] with a command, such as "open". The first one takes a lock in each and
// becomes the [Instance], which answers the commands of the later ones.
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
// One folder is enough, and must be on a file system that has locks. With a
// second one elsewhere there is still one instance after somebody has deleted
// either while the program runs: a lock that is deleted is no obstacle.
//
// The package has been run on Linux, and on Windows under wine only; not on
// macOS.
//
// # Attacks
//
// A launch believes what the instance answers (it opens that page), and the
// instance obeys what a launch sends, so each must know the other. Other users
// of the machine can connect to any port of 127.0.0.1, and can listen on one
// that an instance has left. They cannot read the folders. For each attack
// there is one part:
//
//   - Another user connects. The filter given to Start refuses the connection
//     before anything is read. Where the system does not tell whose it is, and
//     there is no filter, the proof of the launch is wanted: an HMAC with the
//     key in the folders, over a nonce that the instance has just made, so that
//     one that was recorded proves nothing.
//   - Another user listens on the port of an instance that crashed, and a
//     launch finds that port in the address file. The launch sends a nonce and
//     nothing else until the other side has proved that it knows the key. The
//     key is never sent, so nobody who listens learns it.
//   - One proof is sent back as the other: each is over the name of its side.
//   - Hostile or endless input: a peer without a proof has its first 64 bytes
//     read and a few seconds for them, and there are few of them at a time; the
//     length of a text has two bytes.
//   - A crash: the system frees the lock however a process ends, and both the
//     lock file and the address file may stay. Each instance has a new key.
//   - A half-dead instance, which holds the lock and does not answer: the
//     caller's context bounds every wait.
//
// TCP is used and no socket file, because an instance that is reached over
// 127.0.0.1 has pages that are reached over 127.0.0.1.
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

// Instance is the one running instance. Its methods may be called
// concurrently. Make one with [Start].
type Instance struct {
	locks    []*flock.Flock
	here     address
	listener net.Listener
	filter   func(net.Conn) bool
	unproven chan struct{}   // has an element for each connection without a proof
	ended    context.Context // done when the locks are free
	end      context.CancelFunc
	close    func() error

	mu      sync.Mutex // held while an answer is made and sent
	closing bool
}

// Start becomes the instance of the folders, or delivers the command to the one
// that runs. It returns either the Instance, or nil and the answer of the other
// one. command is called only if another one runs, and its error is Start's.
//
// The folders must be private to the user: whoever can read the files in them
// can send commands. The first must exist; others help where they can be used.
// Launches that come before Serve wait. If the running instance declines the
// command because it is about to end, Start waits for that end and becomes the
// next one.
//
// The context bounds Start only; the Instance lives until Close. An instance
// that holds the lock and does not answer is waited for as long as the context
// lasts; one that is on another computer or in another network namespace is an
// error that says where.
//
// A filter that is not nil is asked about each connection before anything is
// read from it, concurrently, and those for which it returns false are closed.
func Start(ctx context.Context, folders []string, command func() (string, error), filter func(net.Conn) bool) (*Instance, string, error) {
	tries := retries{waiting: fmt.Sprintf("the lock in %s is held by another one", folders[0])}
	for {
		locks, err := lockAll(folders)
		if err != nil {
			return nil, "", fmt.Errorf("instance: cannot take the lock; its folder must be writable, and its file system have locks: %w", err)
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

// lockAll takes the lock in each folder; none if somebody else has one.
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

// listen makes the holder of the locks the instance.
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
			return nil, errors.Join(fmt.Errorf("instance: cannot say where it listens: %w", err), listener.Close())
		}
	}
	return i, nil
}

// Close frees the locks. From then on another launch can become the instance,
// so call it last. An answer that is being made is sent first; commands without
// an answer are declined. Serve returns soon after. Later calls return the
// result of the first.
func (i *Instance) Close() error { return i.close() }

func (i *Instance) shut() error {
	err := i.listener.Close()
	i.mu.Lock()
	i.closing = true
	i.mu.Unlock()
	for _, lock := range i.locks {
		i.here.remove(filepath.Dir(lock.Path()))
	}
	// The locks are freed last: the address files of the next instance must
	// not be removed here. The lock files stay, because a launch that has
	// opened one could lock a file that is gone, while another makes a new one.
	err = errors.Join(err, unlockAll(i.locks))
	i.end()
	if err != nil {
		return fmt.Errorf("instance: close: %w", err)
	}
	return nil
}
