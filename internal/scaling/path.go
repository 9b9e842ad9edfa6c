package scaling

// MatchPath says whether an ALB path pattern matches a whole path: * stands
// for any characters, none included, / too; ? for exactly one; everything
// else for itself, in its case. [D] ELB user guide, "Path conditions". The
// path comes without its query. It takes time in proportion to the product
// of the lengths at worst, and allocates nothing.
func MatchPath(pattern, path string) bool {
	p, s := 0, 0
	star, retry := -1, 0 // the last *, and where to let it take one more
	for s < len(path) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, retry = p, s
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == path[s]):
			p++
			s++
		case star >= 0:
			retry++
			p, s = star+1, retry
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
