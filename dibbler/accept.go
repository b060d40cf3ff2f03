package dibbler

import (
	"mime"
	"strconv"
	"strings"
)

// prefersJSON reports whether a client with these Accept fields prefers errors in JSON to
// errors in HTML (RFC 9110, section 12.5.1). Browsers accept text/html for pages. Clients
// that accept any type get HTML.
func prefersJSON(accept []string) bool {
	var jsonQ, htmlQ float64
	for _, list := range accept {
		for item := range strings.SplitSeq(list, ",") {
			kind, params, err := mime.ParseMediaType(item)
			if err != nil {
				continue
			}
			q, err := strconv.ParseFloat(params["q"], 64)
			if err != nil {
				q = 1
			}
			switch {
			case kind == "application/json" || kind == "application/problem+json":
				jsonQ = max(jsonQ, q)
			case kind == "text/html" || kind == "application/xhtml+xml":
				htmlQ = max(htmlQ, q)
			}
		}
	}
	return jsonQ > htmlQ
}
