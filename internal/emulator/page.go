package emulator

import (
	"encoding/base64"
	"slices"
)

// pager cuts a list into pages. A token names the last item given, so that
// what is added in front of it between two pages shifts nothing.
type pager struct {
	token *string
	size  *int32 // asked for; nil: most
	most  int    // AWS's own limit and default
	wrong string // code of the refusal of a token that names nothing
}

func paged[T any](items []T, id func(T) string, p pager) (page []T, next *string, err error) {
	if p.token != nil {
		at := slices.IndexFunc(items, func(item T) bool { return token(id(item)) == *p.token })
		if at < 0 {
			return nil, nil, refuse(p.wrong, "the token names nothing that stands")
		}
		items = items[at+1:]
	}
	size := p.most
	if p.size != nil && int(*p.size) < size {
		size = int(*p.size)
	}
	if size < 1 {
		return nil, nil, refuse("ValidationException", "a page holds at least one item")
	}
	if len(items) <= size {
		return items, nil, nil
	}
	last := token(id(items[size-1]))
	return items[:size], &last, nil
}

func token(id string) string { return base64.RawURLEncoding.EncodeToString([]byte(id)) }
