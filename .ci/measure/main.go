// Command measure prints the table of `qcb help speed`: it builds
// qcb, makes logs with qcb sample, and runs qcb and the programs in testdata/peers
// over them in turn. It needs Linux, 3 GB in the directory for temporary files, and
// leaves out a peer that is not installed.
//
//	go run ./.ci/measure
package main

import (
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
	peak  int64           // of its memory, in bytes
	least int64           // page faults
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
	row("the same: processor time of PHP, Node, Python", "", busy(php, urls), busy(node, urls), busy(python, urls))
	row("`json -c`, the same log: times as fast as PHP", "", ratio(phpJSON, json))
	row("`check`, `outputs -o tsv`, `list -o tsv`, the same log: time of `urls`", "", ratio(check1, urls), ratio(outputs, urls), ratio(list, urls))

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
	row("`urls`, one body of %s: peak memory per size; time per byte against the log", size(giant),
		fmt.Sprintf("%.1f", float64(urlsGiant.peak)/float64(info.Size())),
		fmt.Sprintf("%.1f", urlsGiant.perByte()/urls.perByte()))

	urlsSmall := &run{args: urls.args, input: small}
	hello := &run{args: []string{trivial}, input: small}
	for range 20 {
		measure(urlsSmall, hello)
	}
	row("`urls`, one body of %s: times as long as a Go program that prints one line", size(small), ratio(urlsSmall, hello))
	row("the same: page faults; those of that program", "", fmt.Sprint(urlsSmall.least), fmt.Sprint(hello.least))

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
	cmd := exec.Command("go", "build", "-o", to, source)
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
		return fmt.Sprintf("%d MB", n/1e6)
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
