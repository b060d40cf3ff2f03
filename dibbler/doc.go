// Package dibbler lets you write web applications as plug-ins that need no
// networking code. It serves the pages; the plug-ins are the application.
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
//		env := dibbler.Context{LaunchBrowser: browser.OpenURL}
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
// A plug-in is any Go value. Each of its pages is served by a methlet, a method
// that is named after the page: /spam by OnSpam, /eggs.gif by OnEggsGif, and the
// home page, /, by OnHome. The rule is: drop the leading slash, split at dots,
// capitalise each piece (the first letter upper, the rest lower), join, and put
// On in front. So /EGGS.GIF is OnEggsGif as well, /eggsgif is OnEggsgif, another
// page, and OnFooBar serves /foo.bar. A path with a second slash has no methlet.
//
// A methlet is an exported method whose name is On followed by an upper-case letter. It
// has one of three forms, which [Server.Register] checks:
//
//	func (p *P) OnX(w http.ResponseWriter, r *http.Request)
//	func (p *P) OnX(w *dibbler.Response, r *http.Request) error
//	func (p *P) OnX(w *dibbler.Response, r *http.Request, form F) error
//
// Methlets run at the same time, each request in a goroutine of its own. A
// plug-in that wants one at a time embeds [OneAtATime].
//
// # Patterns
//
// A methlet answers GET, HEAD and POST. Paths with more slashes or with wildcards, files,
// and other methods are for [Server.Handle], which takes the patterns of
// [http.ServeMux], and functions in the forms of methlets as well as any [http.Handler]:
//
//	err := errors.Join(
//		server.Handle("PUT /expense/{id}", p.change), // func(*dibbler.Response, *http.Request, F) error
//		server.Handle("POST /photo", dibbler.MaxBody(p.addPhoto, 200<<20)),
//		server.Handle("GET /static/", http.FileServerFS(files)),
//	)
//
// A request goes to the methlet of its page, or else to the pattern that matches it, or
// else to OnUnknown. Where a path is served for other methods only, the answer is 405 with
// an Allow field.
//
// # Forms
//
// F is a struct that is filled in from the request's form by
// github.com/gorilla/schema, from the query and the body (urlencoded or
// multipart) together. A field is called by its name, in any case, or as its
// schema tag says:
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
// What is in a field comes from the form by these rules:
//
//   - A missing value leaves the default, or zero. A default does not replace a
//     zero that was submitted. A slice's default has bars: "a|b".
//   - A blank value is one for a string. For everything else it counts as missing, and
//     blanks around a value are dropped. A pointer tells missing (nil) from blank.
//   - Of repeated values a slice takes all, anything else the first; one in the
//     body comes before one in the query.
//   - A bool is true for what a checkbox sends ("on") and for 1, t and true. It takes
//     the last value, so that a form can have a hidden field with 0 before the box. Its
//     default cannot be true, since a box that is left empty sends nothing.
//   - A [time.Time] takes what browsers send for date, datetime-local, month and
//     time inputs, and RFC 3339. Without a zone it is local: a date is the first
//     instant of that day, a time alone is in UTC. A [time.Duration] takes what
//     [time.ParseDuration] takes.
//   - A type that implements [encoding.TextUnmarshaler] decides for itself; what
//     its error says is shown to the person.
//   - Structs are reached with dots, and slices of structs with numbers up to 99:
//     address.city, item.0.name. A number that is left out is an empty element. An
//     embedded struct's fields are those of the struct around it; it is embedded by
//     value and without a tag.
//   - A required value is one that is there and not blank. Inside slices and behind
//     pointers nothing is required, has a default or is a file.
//   - A file is a *[multipart.FileHeader], several are a slice of them. Temporary
//     files are removed when the methlet has returned.
//   - Text is UTF-8: other bytes become U+FFFD. An escape that is none, as in
//     ?discount=5%, stands for itself.
//   - Unknown values are ignored. All bad ones are named on one page with status
//     400, and the methlet does not run. One that takes an [Input] of F in place of F
//     runs, to show the form again with the errors beside its fields.
//   - The wildcards of a pattern are values of the form, in place of any that were sent
//     under their names. If one is bad, the page is not found.
//
// Content that is no form, such as JSON, is refused with status 415. A methlet that
// takes it has no form parameter and reads r.Body.
//
// A methlet whose fields are known at run time only takes [url.Values] in place of
// a struct. A form has at most 1000 values, query and body together,
// and a body as many bytes as [Server.MaxBody] says.
//
// # Errors
//
// A methlet that returns an error, or panics, while its answer is still held becomes
// an error page: status 500 with the chain of errors and, after a panic, the stack,
// unless [Server.HideErrors] is set, or what an [*Error] says. An answer is held until
// it has more than 32 KiB, or Flush is called. After that the connection is cut instead.
// A client whose Accept field prefers application/json gets the error as problem details
// (RFC 9457).
//
// # Who may use it
//
// A plug-in with OnIncomingConnection, a [ConnFilter], is asked about each
// connection before anything is read from it. [Server.Auth] asks for a login with
// [Basic], [Digest] or an [Authenticator] of the author's own, which may decide
// anew for each request; [Response.User] tells a methlet who it was. Where web
// pages of others must not be able to send forms here, put
// [http.CrossOriginProtection] in front with [Server.Wrap].
//
// # Environments
//
// A [Context] runs servers, and listeners for other protocols beside them, and
// ends them together without losing what is in flight. Contexts are independent;
// the package has no global state. A Server is also an [http.Handler] that can be
// mounted in any other.
//
// # Limits
//
// Where [Server.Limits] does not say otherwise, a Context's servers give a client 10
// seconds for a request's header of at most 64 KiB, 30 seconds for each next piece of
// its body, 60 seconds to take each
// piece of its answer, and 60 seconds between requests. A service has at most
// 1000 open connections: for one more, the one that has been quiet for longest is
// closed, or else the one whose request has been arriving for longest, if that is
// more than a second. If there is none, the next waits until one ends, and none is
// kept after its answer. After an answer that comes before the request has, the
// rest of that is read and dropped, so that the client sees the answer: up to 128
// MiB, for 30 seconds, and for one second while the environment ends.
package dibbler
