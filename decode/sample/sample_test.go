package sample

import (
	"bytes"
	"math/rand/v2"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode"
	"qcb/decode/explain"
	"qcb/decode/job"
)

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// TestKinds decodes a body of each kind.
func TestKinds(t *testing.T) {
	tests := map[string]struct {
		event                          string
		outcome                        decode.Outcome
		videos, audios, images, failed int
	}{
		"saved":  {"saved", decode.OutcomeCompleted, 1, 1, 0, 0},
		"queued": {"queued", decode.OutcomePending, 0, 0, 0, 0},
		"error":  {"error", decode.OutcomeFailed, 0, 0, 0, 2},
		"failed": {"saved", decode.OutcomeFailed, 0, 0, 0, 1},
		"hls":    {"saved", decode.OutcomeCompleted, 4, 0, 0, 0},
		"images": {"saved", decode.OutcomeCompleted, 0, 0, 20, 0},
		"many":   {"saved", decode.OutcomeCompleted, 100, 1, 100, 0},

		"restarted":      {"restarted", decode.OutcomeFailed, 0, 0, 0, 1},
		"restart-failed": {"restart_failed", decode.OutcomeFailed, 0, 0, 0, 1},
		"stream":         {"saved", decode.OutcomePending, 1, 0, 0, 0},
		"texts":          {"saved", decode.OutcomeCompleted, 1, 0, 0, 0},
		"warnings":       {"saved", decode.OutcomeCompleted, 1, 1, 0, 0},
		"soft-fail":      {"saved", decode.OutcomeCompleted, 2, 1, 0, 1},
	}
	example := func() *Job {
		j := NewJob(newRand(1))
		j.Payload = "a&b=1"
		return j
	}
	for _, kind := range KindNames() {
		body := example().Body(kind)
		if again := example().Body(kind); !bytes.Equal(again, body) {
			t.Errorf("%s is another one each time", kind)
		}
		c, err := decode.Decode(body)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		want := tests[kind]
		s := c.Status
		if c.Event != want.event || c.Outcome() != want.outcome || len(s.Videos) != want.videos || len(s.Audios) != want.audios || len(s.Images) != want.images || len(explain.Of(c).Failures) != want.failed {
			t.Errorf("%s is %+v", kind, c)
		}
		if c.TaskToken != example().Token || len(c.TaskToken) != 32 || c.Payload != "a&b=1" || c.IsStream() != (kind == "stream") {
			t.Errorf("%s is of the task %q, payload %q, type %q", kind, c.TaskToken, c.Payload, c.Type)
		}
		// As Python's json.dumps and urlencode write it.
		dumped := bytes.Clone(s.Raw)
		if err := (*jsontext.Value)(&dumped).Format(jsontext.SpaceAfterComma(true), jsontext.SpaceAfterColon(true), jsontext.PreserveRawStrings(true)); err != nil || !bytes.Equal(dumped, s.Raw) {
			t.Errorf("%s: the status is laid out\n%s\nwant\n%s", kind, s.Raw, dumped)
		}
		if encoded := "status=" + url.QueryEscape(string(s.Raw)); !bytes.HasPrefix(body, []byte(encoded)) {
			t.Errorf("%s: the body begins\n%.200s\nwant\n%.200s", kind, body, encoded)
		}
	}
	if body := example().Body("many"); len(body) < 100<<10 {
		t.Errorf("many is %d bytes long: express takes it", len(body))
	}
	if body := example().Body("save"); body != nil {
		t.Errorf("save is no kind, and has the body %s", body)
	}
	j := example()
	j.Outputs, j.Event, j.Error = 7, "test", "é 😀 \""
	if c, _ := decode.Decode(j.Body("saved")); len(c.Status.Videos) != 7 || c.Event != "test" {
		t.Errorf("%d videos, event %s", len(c.Status.Videos), c.Event)
	}
	c, _ := decode.Decode(j.Body("restarted"))
	if c.Status.ErrorDescription != j.Error || c.RetriedAs() != j.RetriedAs {
		t.Errorf("error %s, retried as %s", c.Status.ErrorDescription, c.RetriedAs())
	}
	if encoded := url.QueryEscape(`"\u00e9 \ud83d\ude00 \""`); !bytes.Contains(j.Body("failed"), []byte(encoded)) {
		t.Errorf("%s is not in %s", encoded, j.Body("failed"))
	}
	if c, _ := decode.Decode(j.Body("texts")); len(c.Status.Texts) != 1 || c.Status.Texts[0].URL == "" {
		t.Errorf("the texts are %+v", c.Status.Texts)
	}
}

// TestStory counts what becomes of jobs: all that documented jobs do is in it.
func TestStory(t *testing.T) {
	s := NewStory(newRand(1))
	jobs := job.New()
	var failed, retried, resent, late int
	var last time.Time
	for range 1000 {
		d := s.Next()
		c, err := decode.Decode(d.Body)
		if err != nil || !d.Time.After(last) {
			t.Fatalf("%v: %s", err, d.Body)
		}
		last = d.Time
		added := jobs.Add(jobs.Delivery(c))
		if added.Late != nil {
			late++
		}
		if added.Resend() {
			resent++
		}
		if c.RetriedAs() != "" {
			retried++
		}
	}
	for j := range jobs.All() {
		if jobs.Outcome(j) == decode.OutcomeFailed {
			failed++
		}
	}
	if failed < 10 || retried < 10 || resent < 10 || late < 10 {
		t.Errorf("%d failed, %d retried, %d resent, %d late", failed, retried, resent, late)
	}
}

// TestLikeTheTutorial compares saved with the body in Qencode's tutorial: the same
// members in the same order, and of the same types.
func TestLikeTheTutorial(t *testing.T) {
	tutorial, err := os.ReadFile("../../testdata/bodies/saved.form")
	if err != nil {
		t.Fatal(err)
	}
	got, want := decode.ParseForm(NewJob(newRand(1)).Body("saved")), decode.ParseForm(tutorial)
	for i := range want {
		if got[i].Name != want[i].Name {
			t.Errorf("field %d is %s, want %s", i, got[i].Name, want[i].Name)
		}
	}
	a, b := jsontext.NewDecoder(bytes.NewReader(got.Last("status").Value)), jsontext.NewDecoder(bytes.NewReader(want.Last("status").Value))
	for {
		x, errX := a.ReadToken()
		y, errY := b.ReadToken()
		_, length := b.StackIndex(b.StackDepth())
		isName := y.Kind() == '"' && length%2 == 1 // of an object
		if errX != errY || errX == nil && (x.Kind() != y.Kind() || isName && a.StackPointer() != b.StackPointer()) {
			t.Fatalf("%s is %v, want %v at %s", a.StackPointer(), x, y, b.StackPointer())
		}
		if errX != nil {
			return
		}
	}
}
