package peers

import (
	"net/http"

	"github.com/labstack/echo/v5"
)

// newEcho leaves everything to echo.
func newEcho(pages int) (http.Handler, error) {
	e := echo.New()
	page := func(c *echo.Context) error { return c.Blob(http.StatusOK, textType, Page) }
	e.RouteNotFound("/*", func(c *echo.Context) error { return c.Blob(http.StatusNotFound, textType, []byte(Absent)) })
	e.Any("/page", page)
	e.Any("/form", echoForm)
	e.Any("/upload", echoUpload)
	for i := range pages {
		e.Any(pagePath(i), page)
	}
	return e, nil
}

func echoForm(c *echo.Context) error {
	var f form
	if err := c.Bind(&f); err != nil {
		return err
	}
	return c.Blob(http.StatusOK, textType, f.text())
}

func echoUpload(c *echo.Context) error {
	file, err := c.FormFile("file")
	if err != nil {
		return echo.ErrBadRequest.Wrap(err)
	}
	size, err := sizeOf(file)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, textType, size)
}
