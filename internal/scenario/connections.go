package scenario

// Connections is how requests reach the service.
type Connections struct {
	Max       int       `json:"max,omitempty"`        // open at one time; as many as are needed where left out
	KeepAlive *bool     `json:"keep_alive,omitempty"` // false: one connection for each request
	Rotate    *Rotation `json:"rotate,omitempty"`     // when a connection is not used again; never where left out
	// Connect is how long a name's address, a connection and a TLS handshake may
	// take together, FirstByte how long an answer's first byte from the send;
	// the kind's timeout where left out.
	Connect   Duration `json:"connect,omitempty"`
	FirstByte Duration `json:"first_byte,omitempty"`
	Protocol  string   `json:"protocol,omitempty" jsonschema:"enum=http1,enum=http2"` // http1 where left out
	Redirects int      `json:"redirects,omitempty"`                                   // how many an answer is followed through, to hosts of the environment alone; none where left out
}

// Rotation is when a connection is not used again: whichever comes first.
type Rotation struct {
	After    Duration `json:"after,omitempty"`
	Requests int      `json:"requests,omitempty"`
}

// TLS says whom a service's certificate must come from, and what is shown of a
// certificate of one's own. Files are relative to the environment's.
type TLS struct {
	CA         string `json:"ca,omitempty"`          // PEM file of the authorities that are trusted; the machine's where left out
	ServerName string `json:"server_name,omitempty"` // asked for, and wanted of the certificate; the url's host where left out
	Cert       string `json:"cert,omitempty"`        // PEM file of a certificate that is shown to the service
	Key        string `json:"key,omitempty"`         // PEM file of its key
}
