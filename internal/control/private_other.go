//go:build !unix

package control

// private leaves it to the folder that a socket is in who may use it.
func private(make func()) { make() }
