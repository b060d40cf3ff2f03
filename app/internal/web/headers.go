package web

import "net/http"

// What every answer carries. Answers share these slices: append copies them, because
// they are full; their elements must not be assigned.
var (
	nosniff       = []string{"nosniff"}
	sameOrigin    = []string{"same-origin"}
	allowPopups   = []string{"same-origin-allow-popups"}
	noStore       = []string{"no-store"}
	framedByOwn   = []string{"SAMEORIGIN"}
	framedByNone  = []string{"DENY"}
	policy        = []string{"base-uri 'self'; form-action 'self'; frame-ancestors 'self'"}
	policyOfOwn   = []string{"base-uri 'self'; form-action 'self'; frame-ancestors 'none'"}
	refusedPolicy = []string{"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}
)

// setSecurityHeaders sets what every answer carries. A page may replace it.
//
// The policy keeps a page from being framed elsewhere, and from sending its forms or
// resolving its links elsewhere.
func setSecurityHeaders(h http.Header, r *http.Request) {
	h["Content-Security-Policy"], h["X-Frame-Options"] = policy, framedByOwn
	h["X-Content-Type-Options"] = nosniff
	h["Cross-Origin-Resource-Policy"] = sameOrigin
	h["Cache-Control"] = noStore
	// Not no-referrer: with it, browsers send "Origin: null" with our own forms.
	h["Referrer-Policy"] = sameOrigin
	if !isOwnClick(r) {
		// A page elsewhere that opens one of ours in a window keeps no hold of it.
		// Ours may keep one of theirs.
		h["Cross-Origin-Opener-Policy"] = allowPopups
	}
}

// setOwnPage makes the answer one of the program's own pages, which are not framed at
// all: a page of a plug-in could lay something over their buttons.
func setOwnPage(h http.Header) {
	h["Content-Security-Policy"], h["X-Frame-Options"] = policyOfOwn, framedByNone
}

// isOwnPage reports whether the answer is one of the program's own pages.
// A plug-in that sets the same policy has another slice.
func isOwnPage(h http.Header) bool {
	csp := h["Content-Security-Policy"]
	return len(csp) == 1 && &csp[0] == &policyOfOwn[0]
}

// isOwnClick reports whether the owner or our own page sent r. No other page then
// holds the window; with an opener policy, browsers would nevertheless start another
// process for it, and show the page 60 ms later.
func isOwnClick(r *http.Request) bool {
	site := r.Header["Sec-Fetch-Site"]
	return len(site) == 1 && (site[0] == "none" || site[0] == "same-origin")
}
