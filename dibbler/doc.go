// Package dibbler serves the methods of Go values as web pages: OnSpam serves /spam. Its
// rules and many of its names are those of the original Dibbler, which Richie Hindle wrote
// in Python.
//
//	type Greeter struct{}
//
//	type nameForm struct {
//		Name string `schema:"name" default:"world"`
//	}
//
//	func (Greeter) OnHome(w *dibbler.Response, r *http.Request, form nameForm) error {
//		w.WriteOKHeaders("text/plain")
//		_, err := fmt.Fprintf(w, "Hello, %s!\n", form.Name)
//		return err
//	}
//
//	func main() {
//		var server dibbler.Server
//		if err := server.Register(Greeter{}); err != nil {
//			log.Fatal(err)
//		}
//		env := dibbler.Context{LaunchBrowser: browser.OpenURL} // of github.com/pkg/browser
//		if err := env.Add(&server); err != nil {
//			log.Fatal(err)
//		}
//		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
//		defer stop()
//		if err := env.Run(ctx); err != nil {
//			log.Fatal(err)
//		}
//	}
//
// # Plug-ins and methlets
//
// A methlet is a method that serves a page: an exported method whose name is On followed by
// an upper-case letter. A plug-in is any Go value with methlets. Methlets have one of three
// signatures, which [Server.Register] checks:
//
//	func(http.ResponseWriter, *http.Request)
//	func(*dibbler.Response, *http.Request) error
//	func(*dibbler.Response, *http.Request, F) error
//
// To get the name of the methlet from a path, drop the leading slash, split the rest at
// dots, capitalise each piece (the first letter upper, the others lower), join the pieces
// and put On in front. The path / counts as /home. A path with a second slash has no
// methlet.
//
//	/ and /home              OnHome
//	/spam                    OnSpam
//	/eggs.gif and /EGGS.GIF  OnEggsGif
//	/eggsgif                 OnEggsgif
//	/foo.bar                 OnFooBar
//
// A methlet serves GET, HEAD and POST. Each request is served on a goroutine of its own,
// so methlets run concurrently, unless the plug-in embeds [OneAtATime].
//
// # Patterns
//
// [Server.Handle] serves other methods, and paths with more slashes or with wildcards. It
// takes a pattern of [http.ServeMux] and an [http.Handler] or a function with the signature
// of a methlet:
//
//	err := errors.Join(
//		server.Handle("PUT /expense/{id}", p.change), // func(*dibbler.Response, *http.Request, F) error
//		server.Handle("POST /photo", dibbler.MaxBody(p.addPhoto, 200<<20)),
//		server.Handle("GET /static/", http.FileServerFS(files)),
//	)
//
// Methlets are tried first, then patterns, then the OnUnknown methlets of the plug-ins.
// If a path is served for other methods only, the response has status 405 and an Allow
// field.
//
// # Forms
//
// F is a struct whose fields are filled in by github.com/gorilla/schema with the values of
// the query and of the body, which may be urlencoded or multipart:
//
//	type orderForm struct {
//		Email string                `schema:"email,required"`
//		Count int                   `schema:"count" default:"1"`
//		When  time.Time             `schema:"when"`
//		Tags  []string              `schema:"tag"`
//		Gift  bool                  `schema:"gift"`
//		Photo *multipart.FileHeader `schema:"photo"`
//	}
//
// The name of a value is the name in the schema tag, or else the name of the field. Case
// does not matter. The other rules are:
//
//   - Missing values: the field gets the value of its default tag, or zero. A submitted
//     zero is kept. The defaults of a slice are separated by bars: "a|b".
//   - Blank values count as missing, and spaces around values are removed, except in
//     strings. A pointer is nil if the value is missing.
//   - Repeated values: a slice takes all values in the body and then all in the query. Any
//     other field takes the first value in the body, or else the first in the query.
//   - A bool is true for on, which browsers send for a checkbox, and for 1, t and true. It
//     takes the last value and not the first, so a form can have a hidden field with 0
//     before the checkbox. Its default cannot be true, because browsers send nothing for an
//     unchecked box.
//   - A [time.Time] takes the values of date, datetime-local, month and time inputs, and
//     RFC 3339. A value without a zone is a local time, but a time without a date is in
//     UTC. A date means the first instant of the day. A [time.Duration] is parsed by
//     [time.ParseDuration].
//   - A type that implements [encoding.TextUnmarshaler] parses its own values. Its error is
//     shown to the user.
//   - Structs and slices of structs: the names are address.city and item.0.name. The
//     highest index is 99, and skipped indexes are zero elements. The fields of an embedded
//     struct belong to the outer struct; it must be embedded by value and without a tag.
//   - Required values must be present and not blank. Inside slices and behind pointers,
//     fields cannot be required, have defaults or take files.
//   - Files: a *[multipart.FileHeader] takes one file, a slice of them several. Temporary
//     files are removed when the methlet returns.
//   - Text is UTF-8. Invalid bytes become U+FFFD. Invalid escapes, as in ?discount=5%, are
//     taken literally.
//   - Unknown values are ignored.
//   - Bad values: the methlet is not called, and a page with status 400 names all of them.
//     A methlet that takes an [Input] of F in place of F is called, and can show the form
//     again with the errors beside the fields.
//   - The values of a pattern's wildcards replace form values of the same name. If one of
//     them does not fit its field, the response has status 404.
//
// A body with another content type, such as JSON, is refused with status 415. To accept
// it, write a methlet without a form that reads r.Body.
//
// A methlet may take [url.Values] in place of a struct. A form has at most 1000 values in
// the query and the body together. [Server.MaxBody] limits the size of the body.
//
// # Errors
//
// Up to 32 KiB of a response are buffered until the methlet returns or calls Flush. If
// the methlet returns an error or panics before any of the response is sent, the client
// gets an error page instead: the page that an [*Error] describes, or else a page with
// status 500, the error, the errors that it wraps, and the stack of a panic.
// [Server.HideErrors] leaves out these details. Clients that prefer application/json get
// problem details (RFC 9457). If a part of the response has been sent, the connection is
// cut, so that the client does not mistake half a page for a whole one.
//
// # Access
//
// A plug-in that implements [ConnFilter] is asked about each connection before anything is
// read from it. [Server.Auth] requires a login: [Basic], [Digest] or another
// [Authenticator]. [Response.User] returns the user. To refuse forms that other web sites
// send, use [http.CrossOriginProtection] in [Server.Wrap].
//
// # Environments
//
// A [Context] is an environment that runs servers, listeners for other protocols and tasks,
// and shuts them down together without losing requests. Contexts are independent of each
// other; the package has no global state. A Server is also an [http.Handler], so any other
// server can run it.
//
// # Limits
//
// The defaults of [Server.Limits], for a server that a Context runs, are:
//
//   - 10 seconds for the header of a request, of at most 64 KiB
//   - 30 seconds for each piece of a request's body
//   - 60 seconds for the client to take each piece of a response
//   - 60 seconds between requests
//   - 1000 open connections
//
// If another connection arrives when 1000 are open, one of these is closed for it: the
// one that has been idle for the longest time, if that is at least a quarter of a second,
// or else the one whose request has been arriving for the longest time, if that is at
// least a second. If there is none, the new connection waits, and each connection is
// closed after its next response.
//
// If a response is sent before the request's body has been read, the rest of the body is
// read and discarded, so that the client gets the response: up to 128 MiB, for up to 30
// seconds, or for one second during shutdown.
package dibbler
