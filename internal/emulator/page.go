package emulator

import (
	"encoding/base64"
	"fmt"
	"slices"
)

// pager cuts a list into pages. A token names the last item given, so that
// what is added in front of it between two pages shifts nothing.
type pager struct {
	token       *string
	size        *int32 // as asked for; nil: usual
	usual, most int    // AWS's default and limit

	badToken, badSize string // codes of the refusals
}

func paged[T any](items []T, id func(T) string, p pager) (page []T, next *string, err error) {
	size := p.usual
	if p.size != nil {
		size = int(*p.size)
	}
	if size < 1 || size > p.most {
		return nil, nil, refuse(p.badSize, fmt.Sprintf("a page of %d where 1 to %d are allowed", size, p.most))
	}
	if p.token != nil {
		last := slices.IndexFunc(items, func(item T) bool { return token(id(item)) == *p.token })
		if last < 0 {
			return nil, nil, refuse(p.badToken, "the token names nothing that stands")
		}
		items = items[last+1:]
	}
	if len(items) <= size {
		return items, nil, nil
	}
	last := token(id(items[size-1]))
	return items[:size], &last, nil
}

func token(id string) string { return base64.RawURLEncoding.EncodeToString([]byte(id)) }

// The services' own words and numbers. [D]

func pageAAS(token *string, size *int32, most int) pager {
	return pager{token, size, most, most, "InvalidNextTokenException", "ValidationException"}
}

func pageECS(token *string, size *int32) pager {
	return pager{token, size, 10, 100, "InvalidParameterException", "InvalidParameterException"}
}

func pageCloudWatch(token *string, size *int32, usual int) pager {
	return pager{token, size, usual, 100, "InvalidNextToken", "ValidationError"}
}

func pageELB(token *string, size *int32) pager {
	return pager{token, size, 400, 400, "ValidationError", "ValidationError"}
}
