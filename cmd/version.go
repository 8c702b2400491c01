package cmd

import (
	"fmt"
	"runtime/debug"
	"strings"
)

// version tells which build this is: the tag, the commit, its date and the version
// of Go, as far as the go command has noted them in the program.
func version(info *debug.BuildInfo, ok bool) string {
	if !ok {
		return "(unknown build)"
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	var parts []string
	if revision := settings["vcs.revision"]; revision != "" {
		if settings["vcs.modified"] == "true" {
			revision += " and changes"
		}
		parts = append(parts, "commit "+revision)
	}
	if date, _, _ := strings.Cut(settings["vcs.time"], "T"); date != "" {
		parts = append(parts, date)
	}
	tag := info.Main.Version
	if tag == "" {
		tag = "(devel)"
	}
	return fmt.Sprintf("%s (%s)", tag, strings.Join(append(parts, info.GoVersion), ", "))
}
