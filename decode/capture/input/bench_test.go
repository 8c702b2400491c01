package input

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// logs returns a server's logs of each kind, of which one line in 250 holds a
// callback.
func logs(lines int) map[string][]byte {
	body := "callback_type=task&task_token=" + strings.Repeat("4ac5e01b", 4) + "&event=saved&status=%7B%22videos%22%3A+%5B%5D" + strings.Repeat("%2C+%22meta%22%3A+1", 100) + "%7D"
	kinds := map[string][2]string{
		"access": {
			`93.%[2]d.%[3]d.7 - - [24/Nov/2026:10:%02[2]d:07 +0000] "GET /v1/jobs/%[1]d?page=3 HTTP/1.1" 200 %[1]d "https://app.example/jobs" "Mozilla/5.0 (X11; Linux x86_64)" status=200 upstream_status=200 rt=0.%03[3]d`,
			`93.1.2.7 - - [24/Nov/2026:10:07:07 +0000] "POST /callback HTTP/1.1" 200 17 "-" "python-requests/2.25.1" "` + body + `"`,
		},
		"plain": {
			`93.%[2]d.%[3]d.7 - - [24/Nov/2026:10:%02[2]d:07 +0000] "GET /v1/jobs/%[1]d?page=3 HTTP/1.1" 200 %[1]d "https://app.example/jobs" "Mozilla/5.0 (X11; Linux x86_64)" code=200 upstream_code=200 rt=0.%03[3]d`,
			`93.1.2.7 - - [24/Nov/2026:10:07:07 +0000] "POST /callback HTTP/1.1" 200 17 "-" "python-requests/2.25.1" "` + body + `"`,
		},
		"jsonl": {
			`{"time": "2026-11-24T10:%02[2]d:07.%03[3]dZ", "level": "info", "msg": "request", "method": "GET", "path": "/v1/jobs/%[1]d", "status": 200, "duration_ms": %[2]d, "user": {"id": %[3]d, "plan": "pro"}}`,
			`{"time": "2026-11-24T10:07:07.000Z", "level": "info", "msg": "callback received", "method": "POST", "path": "/callback", "status": 200, "body": "` + body + `"}`,
		},
		"text": {
			`2026-11-24 10:%02[2]d:07,%03[3]d INFO  [worker-3] app.jobs - job %[1]d status changed to encoding, %[2]d percent`,
			`2026-11-24 10:07:07,000 INFO  [worker-3] app.jobs - callback received: ` + body,
		},
		"paths": {
			`2026-11-24 10:%02[2]d:07 GET /api/v1/accounts/%[1]d/projects/media-library/folders/0f8fad5b-d9cb-469f-a165-70867728950e/items/%[3]d?X-Amz-Signature=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08&cursor=Zk9hQm8xWjJ5UTl4VjdrUHRMd0VjTnVKclNoR2ZEYVd4Q3ZCbk0x%[1]dpqZ9XyW`,
			body,
		},
		"csv": {
			`1732406400,%[1]d,200,12,%[2]d,0,0,0,%[3]d,1024,55,0,7,%[1]d,3600,18,0,0,1`,
			body,
		},
	}
	made := map[string][]byte{}
	for kind, formats := range kinds {
		var log bytes.Buffer
		for i := range lines {
			if i%250 == 125 {
				log.WriteString(formats[1] + "\n")
			} else {
				fmt.Fprintf(&log, formats[0]+"\n", 7919*i%1000000, i%60, i%1000)
			}
		}
		made[kind] = log.Bytes()
	}
	return made
}

func BenchmarkSkip(b *testing.B) {
	for kind, log := range logs(50_000) {
		b.Run(kind, func(b *testing.B) {
			b.SetBytes(int64(len(log)))
			b.ReportAllocs()
			signals := 0
			for b.Loop() {
				in := New(bytes.NewReader(log), int64(len(log)))
				for signals = 0; ; signals++ {
					for len(in.Skip()) > 0 {
					}
					if len(in.Line()) == 0 {
						break
					}
				}
			}
			b.ReportMetric(float64(signals), "signals")
		})
	}
}
