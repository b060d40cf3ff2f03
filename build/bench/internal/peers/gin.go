package peers

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// newGin leaves everything to gin, without its log and its recovery from panics.
func newGin(pages int) (http.Handler, error) {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.MaxMultipartMemory = maxMemory
	page := func(c *gin.Context) { c.Data(http.StatusOK, textType, Page) }
	e.NoRoute(func(c *gin.Context) { c.Data(http.StatusNotFound, textType, []byte(Absent)) })
	e.Any("/page", page)
	e.Any("/form", ginForm)
	e.Any("/upload", ginUpload)
	for i := range pages {
		e.Any(pagePath(i), page)
	}
	return e, nil
}

func ginForm(c *gin.Context) {
	var f form
	if err := c.ShouldBind(&f); err != nil {
		c.String(http.StatusBadRequest, "%v\n", err)
		return
	}
	c.Data(http.StatusOK, textType, f.text())
}

func ginUpload(c *gin.Context) {
	file, err := c.FormFile("file")
	if err != nil {
		c.String(http.StatusBadRequest, "%v\n", err)
		return
	}
	size, err := sizeOf(file)
	if err != nil {
		c.String(http.StatusBadRequest, "%v\n", err)
		return
	}
	c.Data(http.StatusOK, textType, size)
}
