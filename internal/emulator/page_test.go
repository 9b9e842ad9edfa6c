package emulator

import (
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Pages of any size put together are the list, also where items are added in
// front of it meanwhile, as new activities are.
func TestPages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []string
		for i := range rapid.IntRange(0, 60).Draw(t, "items") {
			all = append(all, strconv.Itoa(i))
		}
		var got []string
		p := pageCloudWatch(nil, nil, 50)
		list := all
		for {
			size := rapid.Int32Range(1, 20).Draw(t, "size")
			p.size = &size
			page, next, err := paged(list, func(s string) string { return s }, p)
			require.NoError(t, err)
			require.LessOrEqual(t, len(page), int(size))
			got = append(got, page...)
			if next == nil {
				break
			}
			p.token = next
			list = append([]string{"new " + strconv.Itoa(len(list))}, list...)
		}
		require.True(t, slices.Equal(all, got), "%v", got)
	})
}

func TestPagesOfTheUsualSize(t *testing.T) {
	all := slices.Repeat([]string{"x"}, 60)
	page, next, err := paged(all, func(s string) string { return s }, pageCloudWatch(nil, nil, 50))
	require.NoError(t, err)
	require.Len(t, page, 50)
	require.NotNil(t, next)
	size := int32(101)
	_, _, err = paged(all, func(s string) string { return s }, pageCloudWatch(nil, &size, 50))
	require.ErrorContains(t, err, "a page of 101 where 1 to 100 are allowed")
}
