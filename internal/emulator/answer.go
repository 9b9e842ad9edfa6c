package emulator

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"scaleproof/internal/model"
)

// body is what is written for one status, made once.
type body struct {
	text                []byte
	kind, length, maker []string // Content-Type, Content-Length, Server
}

func newBody(kind, maker, text string) body {
	return body{[]byte(text), []string{kind}, []string{strconv.Itoa(len(text))}, []string{maker}}
}

var (
	fine   = newBody("application/json", "emulated-task", string(model.Body(http.MethodGet, http.StatusOK)))
	others = map[int]body{
		http.StatusNotFound:           page(http.StatusNotFound),
		http.StatusBadGateway:         page(http.StatusBadGateway),
		http.StatusServiceUnavailable: page(http.StatusServiceUnavailable),
		http.StatusGatewayTimeout:     page(http.StatusGatewayTimeout),
	}
)

// page is an error of the load balancer's own, which is HTML as an ALB's is.
func page(status int) body {
	title := fmt.Sprintf("%d %s", status, http.StatusText(status))
	return newBody("text/html", "awselb/2.0",
		"<html><head><title>"+title+"</title></head><body><center><h1>"+title+"</h1></center></body></html>\r\n")
}

// write writes a flight's answer, and how much of its latency is the model's,
// so that a client on a scaled clock can tell its own part. The bytes are on
// their way when it returns.
func write(w http.ResponseWriter, f *flight) error {
	b := fine
	if f.answer.Status != http.StatusOK {
		var ok bool
		if b, ok = others[f.answer.Status]; !ok {
			b = page(f.answer.Status)
		}
	}
	h := w.Header()
	h["Content-Type"], h["Content-Length"], h["Server"] = b.kind, b.length, b.maker
	h["Server-Timing"] = []string{timing(f.answer.At.Sub(f.entered))}
	w.WriteHeader(f.answer.Status)
	if _, err := w.Write(b.text); err != nil && err != http.ErrBodyNotAllowed { // HEAD has none
		return err
	}
	return http.NewResponseController(w).Flush()
}

// timing is a latency as Server-Timing tells it: milliseconds, to the
// nanosecond.
func timing(d time.Duration) string {
	text := make([]byte, 0, 32)
	text = append(text, "model;dur="...)
	text = strconv.AppendInt(text, int64(d/time.Millisecond), 10)
	ns := strconv.Itoa(int(d%time.Millisecond) + 1_000_000)
	text = append(text, '.')
	return string(append(text, ns[1:]...))
}
