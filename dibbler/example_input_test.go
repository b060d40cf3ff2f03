package dibbler_test

import (
	"fmt"
	"html/template"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/dibbler-app/dibbler/dibbler"
)

// Greeter shows its form again until it has no errors.
type Greeter struct{}

type greetingForm struct {
	Name  string `schema:"name,required"`
	Times int    `schema:"times" default:"1"`
	Loud  bool   `schema:"loud"`
}

var pages = template.Must(template.New("greet").Parse(`<form method="post">
<label for="name">Name</label> <input id="name" name="name" value="{{.Typed "name"}}"{{.ErrorAttrs "name"}}>{{.ErrorNote "name"}}
<label for="times">Times</label> <input id="times" name="times" value="{{.Typed "times"}}"{{.ErrorAttrs "times"}}>{{.ErrorNote "times"}}
<label><input type="checkbox" name="loud"{{if .Has "loud" "on"}} checked{{end}}> Loud</label>
<button>Greet</button>
</form>
`))

func (Greeter) OnHome(w *dibbler.Response, r *http.Request, in dibbler.Input[greetingForm]) error {
	form, errs := in.Value()
	if form.Times < 1 || form.Times > 10 {
		errs.Add("times", "Choose 1 to 10.")
	}
	if !in.Sent() || errs.Any() {
		return w.Render(pages, "greet", in) // with status 422 if the form was sent
	}
	w.WriteOKHeaders("text/plain")
	for range form.Times {
		if _, err := fmt.Fprintf(w, "Hello, %s!\n", form.Name); err != nil {
			return err
		}
	}
	return nil
}

func ExampleInput() {
	var server dibbler.Server
	if err := server.Register(Greeter{}); err != nil {
		log.Fatal(err)
	}
	web := httptest.NewServer(&server)
	defer web.Close()
	show(http.Get(web.URL))
	show(http.PostForm(web.URL, url.Values{"name": {"<Ada>"}, "times": {"11"}, "loud": {"on"}}))
	show(http.PostForm(web.URL, url.Values{"name": {"Ada"}, "times": {"2"}}))
	// Output:
	// <form method="post">
	// <label for="name">Name</label> <input id="name" name="name" value="">
	// <label for="times">Times</label> <input id="times" name="times" value="1">
	// <label><input type="checkbox" name="loud"> Loud</label>
	// <button>Greet</button>
	// </form>
	// <form method="post">
	// <label for="name">Name</label> <input id="name" name="name" value="&lt;Ada&gt;">
	// <label for="times">Times</label> <input id="times" name="times" value="11" aria-invalid="true" autofocus aria-describedby="timesError"><small class="error" id="timesError">Choose 1 to 10.</small>
	// <label><input type="checkbox" name="loud" checked> Loud</label>
	// <button>Greet</button>
	// </form>
	// Hello, Ada!
	// Hello, Ada!
}

// A form to edit an item shows the item until the form is sent. The pattern has the name of
// the item.
func ExampleInput_Prefill() {
	names := map[int]string{7: "tea"}
	type renameForm struct {
		ID   int    `schema:"id"`
		Name string `schema:"name,required"`
	}
	page := template.Must(template.New("rename").Parse(`<input name="name" value="{{.Typed "name"}}"{{.ErrorAttrs "name"}}>{{.ErrorNote "name"}}` + "\n"))
	rename := func(w *dibbler.Response, r *http.Request, in dibbler.Input[renameForm]) error {
		form, errs := in.Value()
		in.Prefill("name", names[form.ID])
		if !in.Sent() || errs.Any() {
			return w.Render(page, "rename", in)
		}
		names[form.ID] = form.Name
		http.Redirect(w, r, r.URL.Path, http.StatusSeeOther)
		return nil
	}
	var server dibbler.Server
	if err := server.Handle("/expense/{id}", rename); err != nil {
		log.Fatal(err)
	}
	web := httptest.NewServer(&server)
	defer web.Close()
	show(http.Get(web.URL + "/expense/7"))
	show(http.PostForm(web.URL+"/expense/7", url.Values{"name": {""}}))
	show(http.PostForm(web.URL+"/expense/7", url.Values{"name": {"green tea"}}))
	// Output:
	// <input name="name" value="tea">
	// <input name="name" value="" aria-invalid="true" autofocus aria-describedby="nameError"><small class="error" id="nameError">Fill this in.</small>
	// <input name="name" value="green tea">
}

func ExampleFormErrors() {
	var errs dibbler.FormErrors // the method Value of an Input also returns one
	check := func(from, to int) {
		if from > to {
			errs.Add("to", "Choose a year after the first one.")
		}
	}
	check(2003, 2001)
	fmt.Println(errs.Any())
	// Output: true
}

// If the template fails, the client gets an error page and nothing of the output.
func ExampleResponse_Render() {
	page := template.Must(template.New("list").Parse("<ul>{{range .}}<li>{{.}}{{end}}</ul>\n"))
	var server dibbler.Server
	if err := server.Handle("GET /list", func(w *dibbler.Response, r *http.Request) error {
		return w.Render(page, "list", []string{"spam", "eggs & bacon"})
	}); err != nil {
		log.Fatal(err)
	}
	web := httptest.NewServer(&server)
	defer web.Close()
	show(http.Get(web.URL + "/list"))
	// Output: <ul><li>spam<li>eggs &amp; bacon</ul>
}
