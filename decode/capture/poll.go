package capture

import (
	"bytes"
	"slices"

	"qcb/decode"
)

// polls knows which jobs a log of statuses names: who asks Qencode for the status of a
// job prints the token apart from the answer.
//
//	Job 0123456789abcdef0123456789abcdef status:
//	{"status": "encoding", …}
//
// A status takes the token that stands before it on its line, or on the line above.
// Farther away it is taken only while a single job is named, in a log that has nothing
// but statuses.
type polls struct {
	named  []jobName // the last ones, without repetitions, since a job has ended
	ended  string    // the token of that job
	events bool      // whether callbacks with an event were found, which no status has
}

// jobName is where a job is named.
type jobName struct {
	token string
	line  int // the last one that names it, before another is named
}

// see takes lines that hold no callback, the first of which has this number. After a
// callback with an event only the line above a status can name its job.
func (p *polls) see(text []byte, number int) {
	const most = 8
	counted := 0
	if p.events {
		last := bytes.LastIndexByte(bytes.TrimSuffix(text, newline), '\n') + 1
		number += bytes.Count(text[:last], newline)
		text = text[last:]
	}
	for _, at := range jobsIn(text) {
		number += bytes.Count(text[counted:at], newline)
		counted = at
		token := string(text[at : at+32])
		if n := len(p.named); n > 0 && p.named[n-1].token == token {
			p.named[n-1].line = number
		} else {
			p.named = append(p.named[max(0, n-most):], jobName{token, number})
		}
	}
}

// nameJob gives a status alone the token of its job, if that is known. It was found in a
// text, on a line that begins at start. What another trace of a request was found of keeps
// the token of that.
func (r *Reader) nameJob(f *find, text []byte, start, line int) {
	if !f.Rebuilt || !bytes.HasPrefix(f.Bytes, []byte("status=")) || bytes.IndexByte(f.Bytes, '&') >= 0 {
		return
	}
	const nearest = 4
	for _, request := range r.requests[max(0, len(r.requests)-nearest):] {
		if !slices.Contains(request.shapes, f.shape) && request.same(f) {
			return
		}
	}
	r.polls.see(lead(text, start, f), line)
	r.polls.name(f, line)
}

// lead returns what stands before a find on its line, and in the string that it was found
// in.
func lead(text []byte, start int, f *find) []byte {
	inner := text[f.at:min(f.end, f.at+longestLine)]
	if i := bytes.IndexByte(inner, '{'); i >= 0 {
		inner = inner[:i]
	}
	return text[max(start, f.at-longestLine) : f.at+len(inner)]
}

// name gives a status that begins on a line the token of its job, if that is known.
func (p *polls) name(f *find, line int) {
	var last jobName
	running, single := "", true
	for _, one := range p.named {
		if one.line > line {
			break
		}
		last = one
		if one.token != p.ended {
			single = single && (running == "" || running == one.token)
			running = one.token
		}
	}
	switch {
	case last.token != "" && last.line >= line-1:
		f.Remark = "was found without event"
	case running != "" && single && !p.events:
		last.token = running
		f.Remark = "was found without event, and its task token some lines before it"
	default:
		return
	}
	f.Bytes = append([]byte("task_token="+last.token+"&"), f.Bytes...)
	f.parsed = nil
	if outcome := f.summary().Outcome(); outcome == decode.OutcomeCompleted || outcome == decode.OutcomeFailed {
		p.ended = last.token
		p.named = slices.DeleteFunc(p.named, func(one jobName) bool { return one.line <= line })
	}
}

// jobsIn returns where the task tokens in a text are that stand behind the word job or task
// on their line: "Job 0123…", "Task: 0123…", "task id=0123…". It looks for the rarest letter
// of each word.
func jobsIn(text []byte) (places []int) {
	for _, rare := range []struct {
		letter byte
		before int // letters of the word before it
		word   string
	}{{'j', 0, "job"}, {'J', 0, "job"}, {'k', 3, "task"}} {
		for at := 0; ; at++ {
			i := bytes.IndexByte(text[at:], rare.letter)
			if i < 0 {
				break
			}
			at += i
			start := at - rare.before
			end := start + len(rare.word)
			if start < 0 || end > len(text) || start > 0 && isWord(text[start-1]) || !bytes.EqualFold(text[start:end], []byte(rare.word)) {
				continue
			}
			if token := tokenBehind(text, end); token >= 0 {
				places = append(places, token)
			}
		}
	}
	slices.Sort(places)
	return places
}

// tokenBehind returns where a task token begins on the line soon behind a place, negative
// if there is none.
func tokenBehind(text []byte, at int) int {
	const farthest = 12
	for start := at; start <= at+farthest && start+32 <= len(text) && text[start] != '\n'; start++ {
		end := start + 32
		if c := text[start]; ('0' <= c && c <= '9' || 'a' <= c && c <= 'f') && !isWord(text[start-1]) && isQencodeToken(text[start:end]) && (end == len(text) || !isWord(text[end])) {
			return start
		}
	}
	return -1
}
