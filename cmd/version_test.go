package cmd

import (
	"runtime/debug"
	"testing"
)

func TestVersion(t *testing.T) {
	release := []debug.BuildSetting{{Key: "vcs.revision", Value: "0f4f42c"}, {Key: "vcs.time", Value: "2026-11-24T10:00:00Z"}, {Key: "vcs.modified", Value: "false"}}
	tests := []struct {
		version  string
		settings []debug.BuildSetting
		want     string
	}{
		{"v1.2.3", release, "v1.2.3 (commit 0f4f42c, 2026-11-24, go1.26.8)"},
		{"v1.2.3", nil, "v1.2.3 (go1.26.8)"}, // go install qcb@v1.2.3
		{"(devel)", append(release[:2:2], debug.BuildSetting{Key: "vcs.modified", Value: "true"}), "(devel) (commit 0f4f42c and changes, 2026-11-24, go1.26.8)"},
		{"", nil, "(devel) (go1.26.8)"},
	}
	for _, test := range tests {
		info := &debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Version: test.version}, Settings: test.settings}
		if got := version(info, true); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
	if got := version(nil, false); got != "(unknown build)" {
		t.Errorf("without build info: %q", got)
	}
}
