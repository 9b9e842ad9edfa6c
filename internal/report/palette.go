package report

import (
	"image/color"
	"strconv"
)

// look is how a tone is drawn, on paper and on a dark page.
type look struct {
	Light string  `json:"light"` // #rrggbb
	Dark  string  `json:"dark"`
	Width float64 `json:"width"` // points
	Area  bool    `json:"area"`  // filled down to the axis, faintly
}

// palette holds to the colours that Okabe and Ito chose to be told apart by
// every kind of colour vision; the two policies are the farthest apart of
// them. Shades of one colour mean degrees of one thing.
var palette = map[Tone]look{
	ToneCPU:       {"#d55e00", "#ff8a3d", 1.4, false},
	ToneCPUMax:    {"#e8b48a", "#8f5a34", 0.9, false},
	ToneRequests:  {"#0072b2", "#4db1ec", 1.4, false},
	ToneDesired:   {"#2b2f36", "#e8e8e8", 1.1, false},
	ToneRunning:   {"#56b4e9", "#56b4e9", 1.6, false},
	ToneHealthy:   {"#009e73", "#2cc79b", 0.9, true},
	ToneLimit:     {"#8a8f98", "#9aa0aa", 0.9, false},
	ToneP50:       {"#b9a6d3", "#7d68a3", 1.1, false},
	ToneP95:       {"#8766b5", "#a98bd6", 1.1, false},
	ToneP99:       {"#4b2a85", "#d8c6f7", 1.4, false},
	ToneOther:     {"#b0b4ba", "#6f757e", 0.8, false},
	TonePlanned:   {"#2b2f36", "#e8e8e8", 0.9, false},
	ToneSent:      {"#009e73", "#2cc79b", 0.9, true},
	ToneFailed:    {"#c1272d", "#ff6b6b", 1.4, true},
	ToneServer:    {"#e69f00", "#f0b93a", 1.1, false},
	ToneUnsent:    {"#6f757e", "#9aa0aa", 1.1, false},
	ToneBounds:    {"#8c6d1f", "#d9b44a", 1.2, false},
	ToneScheduled: {"#cc79a7", "#e39ac3", 1.2, false},
	ToneUnknown:   {"#6f757e", "#9aa0aa", 1.2, false},
	TonePredicted: {"#8766b5", "#a98bd6", 1.3, false},
}

// Colours of the paper.
var (
	ink      = hex("#22262c", 255)
	faintInk = hex("#6a717b", 255)
	gridInk  = hex("#e6e8eb", 255)
	bandInk  = hex("#f5f6f8", 255)
	paper    = hex("#ffffff", 255)
)

// on is a tone's colour on paper.
func (t Tone) on(alpha uint8) color.NRGBA { return hex(palette[t].Light, alpha) }

func hex(s string, alpha uint8) color.NRGBA {
	n, err := strconv.ParseUint(s[1:], 16, 24)
	if err != nil {
		return color.NRGBA{A: alpha}
	}
	return color.NRGBA{R: uint8(n >> 16), G: uint8(n >> 8), B: uint8(n), A: alpha}
}
