package model

import "net/http"

// wellBody is what a task answers where all is well.
var wellBody = []byte(`{"status":"ok","successes":[],"errors":[]}`)

// Body is the body of an answer that a task gave, as JSON; nil where the
// answer is the load balancer's own, or has none. It is not to be changed.
func Body(method string, status int) []byte {
	if status != http.StatusOK || method == http.MethodHead {
		return nil
	}
	return wellBody
}
