package wire

import "fmt"

// Fault is a refusal in AWS's words. The zero Status is 400.
type Fault struct {
	Code     string // as the SDK's typed errors name it, e.g. ObjectNotFoundException
	Message  string
	Status   int  // HTTP; 0 is 400
	Receiver bool // the service's fault, not the caller's
}

func (f *Fault) Error() string { return f.Code + ": " + f.Message }

func (f *Fault) status() int {
	if f.Status == 0 {
		return 400
	}
	return f.Status
}

func (f *Fault) party() string {
	if f.Receiver {
		return "Receiver"
	}
	return "Sender"
}

// badInput is the refusal of a body that cannot be read.
func badInput(err error) *Fault {
	return &Fault{Code: "SerializationException", Message: fmt.Sprintf("cannot read the request: %v", err)}
}
