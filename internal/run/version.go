package run

import (
	"runtime/debug"
	"strings"
)

// Version is the module's version, or that of its commit.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	version := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (version == "" || version == "(devel)") {
			version = "devel-" + s.Value[:min(12, len(s.Value))]
		}
	}
	return version
}

// versions are what a run was made with: this tool, its compiler, and the
// libraries that speak for it.
func versions() map[string]string {
	v := map[string]string{"scaleproof": Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v["go"] = info.GoVersion
	for _, d := range info.Deps {
		if strings.HasPrefix(d.Path, "github.com/aws/aws-sdk-go-v2") && !strings.Contains(d.Path, "/internal/") || d.Path == "go.uber.org/ratelimit" {
			v[d.Path] = d.Version
		}
	}
	return v
}
