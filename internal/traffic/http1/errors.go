package http1

// Error is why bytes are no response that counts, or a request none that is
// sent: one of the constants below. All of a response are of the class that
// the engine calls protocol; a connection that ends too early is none of them,
// but io.EOF or io.ErrUnexpectedEOF.
type Error string

func (e Error) Error() string { return string(e) }

// Why a response is refused. After any of them nothing is known of where the
// next response would begin: the connection is of no more use.
const (
	ErrNotHTTP       Error = "what came is not HTTP"
	ErrVersion       Error = "the response is of a version other than HTTP/1.0 and 1.1"
	ErrStatus        Error = "the status is not one space and three digits from 100 on"
	ErrSwitching     Error = "the service switches protocols, which nobody asked for"
	ErrInformational Error = "more 1xx responses came than one request can mean"
	ErrHeadSize      Error = "the response's head has no end within its limit"
	ErrBareLF        Error = "a line ends in LF without CR"
	ErrBareCR        Error = "a CR without LF stands within a line"
	ErrFold          Error = "a field is folded over two lines"
	ErrName          Error = "a field's name is no token that ends in a colon"
	ErrControl       Error = "a control character stands where text belongs"
	ErrLength        Error = "Content-Length is not one number of bytes"
	ErrLengths       Error = "two Content-Length differ"
	ErrCoding        Error = "Transfer-Encoding is not chunked and nothing else"
	ErrCodingVersion Error = "Transfer-Encoding in HTTP/1.0, which does not know it"
	ErrBothLengths   Error = "both Transfer-Encoding and Content-Length"
	ErrTrailerField  Error = "Trailer announces a field that says where the body ends"
	ErrChunkSize     Error = "a chunk's size is not hexadecimal digits, or too large"
	ErrChunkLine     Error = "a chunk's first line has no end within its limit"
	ErrChunkOverhead Error = "the chunks are more overhead than data"
	ErrChunkEnd      Error = "a chunk's data does not end where its size says"
	ErrTrailerSize   Error = "the trailers have no end within their limit"
	ErrSurplus       Error = "bytes came after the end of the response that was asked for"
)

// Limits of a response, in bytes where nothing else is said.
const (
	// MaxHead bounds the status line and the fields of a response and of the
	// 1xx before it together. Nothing is stored, so that it may be generous: it
	// is there so that a head without an end has one. net/http takes 10 MiB.
	MaxHead = 256 << 10
	// MaxInformational is how many 1xx come before a response.
	MaxInformational = 16
	// MaxChunkLine bounds a chunk's line with its extensions and its CRLF, and
	// MaxTrailer all trailers with the empty line: as much as net/http takes
	// with its usual buffer.
	MaxChunkLine = 4 << 10
	MaxTrailer   = 4 << 10
	// MaxChunkDigits bounds a chunk's size as text; its value, and the sum of
	// all, stays below 2^63.
	MaxChunkDigits = 16
	// MaxOverhead bounds by how much the lines of a body's chunks may exceed
	// 16 bytes for each and twice the data: as much as net/http allows.
	MaxOverhead = 16 << 10
)
