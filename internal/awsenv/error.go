package awsenv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"syscall"

	"github.com/aws/smithy-go"
)

// Error is a call that did not succeed. Code is AWS's code, or empty where
// the call got no answer that can be read; Message is AWS's sentence, or says
// how the answer was lost. Unwrap gives the SDK's own error, which names
// hosts and request ids.
type Error struct {
	Call    string // e.g. ecs DescribeServices
	Code    string
	Message string
	cause   error
}

func (e *Error) Error() string {
	if e.Code == "" {
		return e.Call + ": " + e.Message
	}
	return e.Call + ": " + e.Code + ": " + e.Message
}

func (e *Error) Unwrap() error { return e.cause }

func fail(call string, err error) error {
	var refused *Refused
	if errors.As(err, &refused) {
		return refused
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		return &Error{call, api.ErrorCode(), api.ErrorMessage(), err}
	}
	return &Error{call, "", lost(err), err}
}

// lost says how a call came to have no answer.
func lost(err error) string {
	var timeout net.Error
	var unreadable *smithy.DeserializationError
	switch {
	case errors.Is(err, context.Canceled):
		return "given up"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection broke"
	case errors.As(err, &unreadable):
		return "an answer that cannot be read"
	}
	return "no answer"
}

// busy are the codes of a service that may well do the same a moment later.
// [D] LimitExceededException is not among them: for Application Auto Scaling
// it is a quota, and permanent, though the SDK would retry it. [M]
var busy = []string{
	"ConcurrentUpdateException", "InternalServiceException", "InternalServiceError", "InternalFailure",
	"InternalServerError", "ServerException", "ServiceUnavailable", "ServiceUnavailableException",
	"Throttling", "ThrottlingException", "ThrottledException", "RequestLimitExceeded", "TooManyRequestsException",
	"RequestThrottled", "RequestThrottledException",
}

// Retriable says whether the same call may succeed a moment later: AWS was
// busy, or the answer got lost, in which case it may have succeeded already.
// A call that its context gave up is not retriable.
func Retriable(err error) bool {
	var e *Error
	if !errors.As(err, &e) || errors.Is(err, context.Canceled) {
		return false
	}
	return e.Code == "" || slices.Contains(busy, e.Code)
}

// Code is AWS's code of an error, or empty.
func Code(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// missing makes the error of something that AWS does not know.
func missing(call, format string, args ...any) error {
	return &Error{Call: call, Code: "NotFound", Message: fmt.Sprintf(format, args...)}
}
