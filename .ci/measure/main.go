// Command measure prints the table of `qcb help speed`: it builds
// qcb, makes logs with qcb sample, and runs qcb and the programs in testdata/peers
// over them in turn. It needs Linux, 3 GB in the directory for temporary files, and
// leaves out a peer that is not installed.
//
//	go run ./.ci/measure
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// rounds is how often each program is run. They take turns, and the median counts.
const rounds = 5

// run is a program with its input, and what it took.
type run struct {
	args  []string
	input string // a file
	times []time.Duration
	cpu   []time.Duration // of the processor, user and system
	user  []time.Duration
	peak  int64 // of its memory, in bytes
	least int64 // page faults
}

func main() {
	log.SetFlags(0)
	dir, err := os.MkdirTemp("", "qcb")
	check(err)
	defer os.RemoveAll(dir)
	qcb, trivial := filepath.Join(dir, "qcb"), filepath.Join(dir, "trivial")
	check(os.WriteFile(trivial+".go", []byte("package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n"), 0o600))
	build(qcb, ".")
	build(trivial, trivial+".go")

	logFile, year := filepath.Join(dir, "log"), filepath.Join(dir, "year")
	sample(qcb, logFile, "saved", "--count", "10000", "--outputs", "6")
	repeat(logFile, year, 20)
	giant, small, many := filepath.Join(dir, "giant"), filepath.Join(dir, "small"), filepath.Join(dir, "many")
	sample(qcb, giant, "saved", "--outputs", "92000")
	sample(qcb, small, "saved")
	sample(qcb, many, "queued", "--count", "100000")

	urls := &run{args: []string{qcb, "urls", "-q"}, input: logFile}
	json := &run{args: []string{qcb, "json", "-c"}, input: logFile}
	php := &run{args: []string{"php", "testdata/peers/urls.php"}, input: logFile}
	node := &run{args: []string{"node", "testdata/peers/urls.js"}, input: logFile}
	python := &run{args: []string{"python3", "testdata/peers/urls.py"}, input: logFile}
	phpJSON := &run{args: []string{"php", "testdata/peers/json.php"}, input: logFile}
	check1 := &run{args: []string{qcb, "check", "-q"}, input: logFile}
	outputs := &run{args: []string{qcb, "outputs", "-q", "-o", "tsv"}, input: logFile}
	list := &run{args: []string{qcb, "list", "-q", "-o", "tsv"}, input: logFile}
	measure(urls, json, php, node, python, phpJSON, check1, outputs, list)
	row("`urls`, log of %s: times as fast as PHP, Node, Python", size(logFile), ratio(php, urls), ratio(node, urls), ratio(python, urls))
	row("the same in processor time", "", busy(php, urls), busy(node, urls), busy(python, urls))
	row("`json -c`, the same log: times as fast as PHP", "", ratio(phpJSON, json))
	row("`check`, `outputs -o tsv`, `list -o tsv`, the same log: time against `urls`", "", ratio(check1, urls), ratio(outputs, urls), ratio(list, urls))

	var speeds []string // in MB/s of user time
	for _, kind := range mixedKinds {
		mixedLog := filepath.Join(dir, kind)
		mix(kind, logFile, mixedLog)
		urlsMixed := &run{args: urls.args, input: mixedLog}
		jq := &run{args: []string{"jq", "-r", "select(.body) | .body"}, input: mixedLog}
		if kind != "jsonl" {
			measure(urlsMixed)
		} else {
			measure(urlsMixed, jq)
			row("`urls`, JSON lines of %s, one of 250 with a body: times as fast as jq prints the bodies", size(mixedLog), ratio(jq, urlsMixed))
		}
		info, err := os.Stat(mixedLog)
		check(err)
		speeds = append(speeds, fmt.Sprintf("%.0f MB/s", float64(info.Size())/1e6/middle(urlsMixed.user)))
	}
	row("`urls`, logs in which one line of 250 has a body, per user time: "+strings.Join(mixedKinds, ", "), "", speeds...)

	urlsYear := &run{args: urls.args, input: year}
	jsonYear := &run{args: json.args, input: year}
	wc := &run{args: []string{"wc", "-l"}, input: year}
	measure(urlsYear, jsonYear, wc)
	row("`urls`, log of %s: times as long as `wc -l`", size(year), ratio(urlsYear, wc))
	row("`urls` and `json -c`: peak memory with the log of %s", size(logFile), mib(urls), mib(json))
	row("`urls` and `json -c`: peak memory with the log of %s", size(year), mib(urlsYear), mib(jsonYear))

	urlsGiant := &run{args: urls.args, input: giant}
	measure(urlsGiant)
	info, err := os.Stat(giant)
	check(err)
	row("`urls`, one body of %s: peak memory per byte; time per byte against the log", size(giant),
		fmt.Sprintf("%.1f", float64(urlsGiant.peak)/float64(info.Size())),
		fmt.Sprintf("%.1f", urlsGiant.perByte()/urls.perByte()))

	urlsSmall := &run{args: urls.args, input: small}
	hello := &run{args: []string{trivial}, input: small}
	for range 20 {
		measure(urlsSmall, hello)
	}
	row("`urls`, one body of %s: times as long as a Go program that prints one line", size(small), ratio(urlsSmall, hello))
	row("the same: page faults; those of that program", "", fmt.Sprint(urlsSmall.least), fmt.Sprint(hello.least))
	row("size of the program", "", size(qcb))

	table := &run{args: []string{qcb, "list", "-q", "-o", "table"}, input: many}
	csv := &run{args: []string{qcb, "list", "-q", "-o", "csv"}, input: many}
	measure(table, csv)
	row("`list`, 100,000 rows: time of a table against CSV; peak memory of both", "", ratio(table, csv), mib(table), mib(csv))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func build(to, source string) {
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", to, source) // as in a release
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	check(cmd.Run())
}

// sample writes bodies into a file.
func sample(qcb, file string, args ...string) {
	f, err := os.Create(file)
	check(err)
	cmd := exec.Command(qcb, append([]string{"sample", "--seed", "1"}, args...)...)
	cmd.Stdout, cmd.Stderr = f, os.Stderr
	check(cmd.Run())
	check(f.Close())
}

// repeat writes a file several times into another.
func repeat(from, to string, times int) {
	f, err := os.Create(to)
	check(err)
	for range times {
		in, err := os.Open(from)
		check(err)
		_, err = io.Copy(f, in)
		check(err)
		check(in.Close())
	}
	check(f.Close())
}

// mixedKinds are logs of a server in which one line of 250 has a callback: an access log
// whose other lines have a status, too, one whose other lines have none, JSON lines, and text.
var mixedKinds = []string{"access", "plain", "jsonl", "text"}

// mix makes a log of a kind, with bodies in their order.
func mix(kind, bodies, to string) {
	from, err := os.Open(bodies)
	check(err)
	defer from.Close()
	lines := bufio.NewScanner(from)
	f, err := os.Create(to)
	check(err)
	w := bufio.NewWriter(f)
	for i := range 400_000 {
		body := ""
		if i%250 == 125 && lines.Scan() {
			body = lines.Text()
		}
		clock := fmt.Sprintf("10:%02d:%02d", i/6000%60, i/100%60)
		switch {
		case kind == "jsonl" && body != "":
			fmt.Fprintf(w, `{"time": "2026-11-24T%s.%03dZ", "level": "info", "msg": "callback received", "method": "POST", "path": "/callback", "status": 200, "body": "%s"}`+"\n", clock, i%1000, body)
		case kind == "jsonl":
			fmt.Fprintf(w, `{"time": "2026-11-24T%s.%03dZ", "level": "info", "msg": "request", "method": "GET", "path": "/v1/jobs/%d", "status": 200, "duration_ms": %d, "user": {"id": %d, "plan": "pro"}}`+"\n", clock, i%1000, i, i%97, i)
		case kind == "text" && body != "":
			fmt.Fprintf(w, "2026-11-24 %s,%03d INFO  [worker-%d] app.jobs - callback received: %s\n", clock, i%1000, i%8, body)
		case kind == "text" && i%3 == 0:
			fmt.Fprintf(w, "2026-11-24 %s,%03d INFO  [worker-%d] app.jobs - job %d status changed to encoding, %d percent\n", clock, i%1000, i%8, i*7919%1_000_000, i%100)
		case kind == "text":
			fmt.Fprintf(w, "2026-11-24 %s,%03d INFO  [worker-%d] app.jobs - fetched %d bytes from https://cdn.example/%d/segment-%d.ts in %d ms\n", clock, i%1000, i%8, i*7919%1_000_000, i, i%50, i%900)
		case body != "":
			fmt.Fprintf(w, `10.0.%d.%d - - [24/Nov/2026:%s +0000] "POST /callback HTTP/1.1" 200 17 "-" "python-requests/2.25.1" "%s"`+"\n", i/250%256, i%256, clock, body)
		default:
			statuses := "status=200 upstream_status=200"
			if kind == "plain" {
				statuses = "code=200 upstream_code=200"
			}
			fmt.Fprintf(w, `10.0.%d.%d - - [24/Nov/2026:%s +0000] "GET /v1/jobs/%d?page=%d HTTP/1.1" 200 %d "https://app.example/jobs" "Mozilla/5.0 (X11; Linux x86_64)" %s rt=0.%03d`+"\n", i/250%256, i%256, clock, i*7919%1_000_000, i%9, i%9999, statuses, i%1000)
		}
	}
	check(w.Flush())
	check(f.Close())
}

// measure runs programs in turn.
func measure(runs ...*run) {
	for range rounds {
		for _, r := range runs {
			if _, err := exec.LookPath(r.args[0]); err == nil {
				r.once()
			}
		}
	}
}

func (r *run) once() {
	in, err := os.Open(r.input)
	check(err)
	defer in.Close()
	cmd := exec.Command(r.args[0], r.args[1:]...)
	cmd.Stdin = in
	start := time.Now()
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		log.Fatal(err) // An exit status is an answer.
	}
	r.times = append(r.times, time.Since(start))
	r.cpu = append(r.cpu, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	r.user = append(r.user, cmd.ProcessState.UserTime())
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	r.peak = max(r.peak, usage.Maxrss<<10)
	if r.least == 0 || usage.Minflt < r.least {
		r.least = usage.Minflt
	}
}

func (r *run) median() float64 { return middle(r.times) }

// middle returns the median in seconds.
func middle(times []time.Duration) float64 {
	slices.Sort(times)
	return times[len(times)/2].Seconds()
}

func (r *run) perByte() float64 {
	info, err := os.Stat(r.input)
	check(err)
	return r.median() / float64(info.Size())
}

func ratio(a, b *run) string {
	if len(a.times) == 0 {
		return "not installed"
	}
	return fmt.Sprintf("%.1f", a.median()/b.median())
}

// busy returns how many times the processor time of b goes into that of a.
func busy(a, b *run) string {
	if len(a.cpu) == 0 {
		return "not installed"
	}
	return fmt.Sprintf("%.1f", middle(a.cpu)/middle(b.cpu))
}

func mib(r *run) string { return fmt.Sprintf("%.1f MiB", float64(r.peak)/(1<<20)) }

func size(file string) string {
	info, err := os.Stat(file)
	check(err)
	if n := info.Size(); n >= 1e6 {
		return fmt.Sprintf("%.4g MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f kB", float64(info.Size())/1e3)
}

// row prints what was measured of some work, indented as in a help topic; the work may have
// the size of its input in it.
func row(work, size string, results ...string) {
	if size != "" {
		work = fmt.Sprintf(work, size)
	}
	fmt.Printf("%s\n    %s\n", strings.ReplaceAll(work, "`", ""), strings.Join(results, "; "))
}
