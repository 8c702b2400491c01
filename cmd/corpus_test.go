package cmd

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// corpus is a log with a callback on each line, and what is to be made of it.
type corpus struct {
	log  []byte
	urls string // the answer of qcb urls
	json string // the answer of qcb json -c
}

// makeCorpus makes a corpus of so many callbacks: saved, failed and queued jobs,
// with what is hard about real ones. A seed gives the same one each time.
func makeCorpus(callbacks int, seed uint64) corpus {
	rnd := rand.New(rand.NewPCG(seed, seed))
	var log bytes.Buffer
	var urls, json strings.Builder
	for range callbacks {
		token := fmt.Sprintf("%016x%016x", rnd.Uint64(), rnd.Uint64())
		event, status := "saved", `"status":"completed","percent":100,"error":0`
		var videos, audios []string
		switch n := rnd.IntN(100); {
		case n < 7:
			event, status = "queued", `"status":"queued","percent":0.0,"error":false`
		case n < 15:
			status = `"status":"error","error":1,"error_description":` + pick(rnd, hardTexts)
		default:
			videos = makeOutputs(rnd, token, "video", 1+rnd.IntN(6))
			audios = makeOutputs(rnd, token, "audio", rnd.IntN(3))
		}
		status = fmt.Sprintf(`{%s,"duration":"%.3f","new":[12345678901234567890123,1.10,{}],"videos":[%s],"audios":[%s],"images":[],"status_url":"https:\/\/api.qencode.com\/v1\/status"}`,
			status, 9000*rnd.Float64(), strings.Join(videos, ","), strings.Join(audios, ","))
		payload := fmt.Sprintf(`{"id":%d,"name":%s}`, rnd.Uint32(), pick(rnd, hardTexts))
		fields := [][2]string{{"task_token", token}, {"event", event}, {"payload", payload}, {"status", status}}
		rnd.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
		var form, members []string
		for _, field := range fields {
			sent, compact := field[1], `"`+field[1]+`"`
			if sent[0] == '{' {
				sent, compact = asPythonWrites(sent), sent
			}
			form = append(form, field[0]+"="+url.QueryEscape(sent))
			members = append(members, `"`+field[0]+`":`+compact)
		}
		log.WriteString(strings.Join(form, "&") + "\n")
		json.WriteString("{" + strings.Join(members, ",") + "}\n")
		for _, output := range append(videos, audios...) {
			urls.WriteString(firstURL.FindStringSubmatch(output)[1] + "\n")
		}
	}
	return corpus{log.Bytes(), urls.String(), json.String()}
}

// hardTexts are JSON strings that are hard for one reader or another.
var hardTexts = []string{
	`"bbb_30s.mp4"`, `"Пример видео.mov"`, `"\u65e5\u672c"`, `"naïve café & co.mkv"`, `"🎬 100% +1"`, `"a=b&status={}"`,
	`"he said \"url\": \"https://decoy.example/a.mp4\""`, `"back\\slash\ttab"`, `""`, `null`, `"\u2028<b>"`,
}

func pick(rnd *rand.Rand, from []string) string { return from[rnd.IntN(len(from))] }

// firstURL finds the URL of an output: the first of the member that is written so.
var firstURL = regexp.MustCompile(`"url":"([^"]*)"`)

// makeOutputs makes outputs of a kind.
func makeOutputs(rnd *rand.Rand, token, kind string, n int) []string {
	var outputs []string
	for i := range n {
		path := fmt.Sprintf("%s/%s/%d/%016x.%s", token, kind, i, rnd.Uint64(), pick(rnd, []string{"mp4", "webm", "mp3"}))
		link := "https://storage.qencode.com/" + path
		if rnd.IntN(50) == 0 {
			link = "https://s3.example/münchen/" + path + "?X-Amz-Signature=" + token + "&k=a%2Fb+c"
		}
		outputs = append(outputs, fmt.Sprintf(
			`{"tag":"%s-%d-0","profile":null,"storage":{"type":"local","url_":"https://decoy.example/","path":"%s","zip":{"region":"sfo2","host":"prod-nyc3-storage-do.qencode.com"}},`+
				`"url":"%s","user_tag":%s,"bitrate":%d,"size":"%.6f","duration":"%.3f","meta":{"codec":"h264","width":256,"height":144,"framerate":"30000/1001","dar":"16:9"},"output_format":"mp4"}`,
			kind, i, path, link, pick(rnd, hardTexts), rnd.IntN(9000), 4000*rnd.Float64(), 9000*rnd.Float64()))
	}
	return outputs
}

// asPythonWrites puts spaces into compact JSON where json.dumps has them.
func asPythonWrites(text string) string {
	v := jsontext.Value(text)
	if err := v.Format(jsontext.SpaceAfterColon(true), jsontext.SpaceAfterComma(true), jsontext.PreserveRawStrings(true)); err != nil {
		panic(err)
	}
	return string(v)
}

// TestCorpus compares urls and json -c with what the corpus is made of, in the
// ways in which a log may be written.
func TestCorpus(t *testing.T) {
	escapes := regexp.MustCompile(`%[0-9A-F]{2}`)
	ways := map[string]func(log []byte) []byte{
		"as Qencode sends it": func(log []byte) []byte { return log },
		"CRLF":                func(log []byte) []byte { return bytes.ReplaceAll(log, []byte("\n"), []byte("\r\n")) },
		"lower-case escapes":  func(log []byte) []byte { return escapes.ReplaceAllFunc(log, bytes.ToLower) },
		"raw UTF-8": func(log []byte) []byte {
			return escapes.ReplaceAllFunc(log, func(e []byte) []byte {
				if c := unescaped(e); c >= 0x80 {
					return []byte{c}
				}
				return e
			})
		},
		"unescaped JSON": func(log []byte) []byte {
			return escapes.ReplaceAllFunc(log, func(e []byte) []byte {
				if c := unescaped(e); strings.IndexByte(`{}[]":,/\<`, c) >= 0 {
					return []byte{c}
				}
				return e
			})
		},
	}
	for name, way := range ways {
		for seed := range uint64(3) {
			callbacks := 1000 // Three megabytes are ten times what all batches together hold.
			if testing.Short() {
				callbacks = 200 // The race detector makes it slow.
			}
			c := makeCorpus(callbacks, seed)
			log := way(c.log)
			if status, out, errs := run(bytes.NewReader(log), "-q", "urls"); status != 0 || out != c.urls || errs != "" {
				t.Errorf("%s, seed %d: urls exits with %d and %q, and differs at %s", name, seed, status, errs, difference(out, c.urls))
			}
			if status, out, errs := run(bytes.NewReader(log), "json", "-c"); status != 0 || out != c.json || errs != "" {
				t.Errorf("%s, seed %d: json exits with %d and %q, and differs at %s", name, seed, status, errs, difference(out, c.json))
			}
		}
	}
}

func unescaped(escape []byte) byte {
	text, err := url.PathUnescape(string(escape))
	if err != nil {
		panic(err)
	}
	return text[0]
}

// difference shows where two texts differ.
func difference(got, want string) string {
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	around := func(s string) string { return s[max(0, at-60):min(len(s), at+60)] }
	return fmt.Sprintf("byte %d:\n%s\nwant\n%s", at, around(got), around(want))
}

// TestDamagedLines cuts every fiftieth line of a log off: each is reported with
// its number, what arrived whole of it is printed, and all others are as before.
func TestDamagedLines(t *testing.T) {
	c := makeCorpus(1000, 1)
	lines := slices.Collect(bytes.Lines(c.log))
	for i := 49; i < len(lines); i += 50 {
		lines[i] = append(lines[i][:len(lines[i])*2/3:len(lines[i])*2/3], '\n')
	}
	for _, command := range [][]string{{"urls"}, {"json", "-c"}} {
		var want, wantErrors strings.Builder
		for i, line := range lines {
			// A line alone is the plain case. Its number is the only difference.
			_, out, errs := run(bytes.NewReader(line), append(command, "-q")...)
			want.WriteString(out)
			for e := range strings.Lines(errs) {
				if strings.Contains(e, " is truncated (byte ") {
					wantErrors.WriteString(strings.Replace(e, "stdin:1: ", fmt.Sprintf("stdin:%d: ", i+1), 1))
				}
			}
		}
		status, out, errs := run(bytes.NewReader(bytes.Join(lines, nil)), append(command, "-q")...)
		if status != exitInput || out != want.String() || errs != wantErrors.String() || strings.Count(errs, "\n") != 20 {
			t.Errorf("%s exits with %d and differs at %s;\n%s\nwant\n%s", command[0], status, difference(out, want.String()), errs, &wantErrors)
		}
	}
}

// BenchmarkCommand runs each command that reads logs over one.
func BenchmarkCommand(b *testing.B) {
	log := makeCorpus(10_000, 1).log
	for _, command := range []string{"urls", "json -c", "check", "outputs -o tsv", "list -o tsv", "list -o table", "raw"} {
		b.Run(command, func(b *testing.B) {
			b.SetBytes(int64(len(log)))
			b.ReportAllocs()
			for b.Loop() {
				run(bytes.NewReader(log), append(strings.Fields(command), "-q")...)
			}
		})
	}
}
