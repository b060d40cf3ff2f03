package web

import "net/http"

// These are header values of every answer. Answers share the slices. append copies them,
// because they are full; do not assign to their elements.
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

// setSecurityHeaders sets the header fields of every answer. A page may replace them.
//
// The policy prevents other sites from showing a page in a frame, and pages from sending
// forms or resolving links to other sites.
func setSecurityHeaders(h http.Header, r *http.Request) {
	h["Content-Security-Policy"], h["X-Frame-Options"] = policy, framedByOwn
	h["X-Content-Type-Options"] = nosniff
	h["Cross-Origin-Resource-Policy"] = sameOrigin
	h["Cache-Control"] = noStore
	// With no-referrer, browsers would send "Origin: null" with our own forms.
	h["Referrer-Policy"] = sameOrigin
	if !isOwnClick(r) {
		// A page of another site that opens our page in a window loses access to the
		// window. Our page may keep access to windows that it opens.
		h["Cross-Origin-Opener-Policy"] = allowPopups
	}
}

// setOwnPage marks the answer as one of the program's own pages, which cannot be shown in
// frames at all: otherwise a page of a plug-in could cover their buttons.
func setOwnPage(h http.Header) {
	h["Content-Security-Policy"], h["X-Frame-Options"] = policyOfOwn, framedByNone
}

// isOwnPage reports whether the answer is one of the program's own pages. It compares
// slices, so a plug-in that sets the same policy is not mistaken for one.
func isOwnPage(h http.Header) bool {
	csp := h["Content-Security-Policy"]
	return len(csp) == 1 && &csp[0] == &policyOfOwn[0]
}

// isOwnClick reports whether the owner or our own page sent r. Then no other page has
// access to the window. With an opener policy, browsers would still start another process
// for it, and show the page 60 ms later.
func isOwnClick(r *http.Request) bool {
	site := r.Header["Sec-Fetch-Site"]
	return len(site) == 1 && (site[0] == "none" || site[0] == "same-origin")
}
