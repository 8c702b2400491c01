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

// see takes lines that hold no callback, the first of which has this number.
func (p *polls) see(text []byte, number int) {
	const most = 8
	for line := range bytes.Lines(text) {
		if token := jobIn(line); token != "" {
			if n := len(p.named); n > 0 && p.named[n-1].token == token {
				p.named[n-1].line = number
			} else {
				p.named = append(p.named[max(0, n-most):], jobName{token, number})
			}
		}
		number++
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

// jobIn returns the task token in a line that stands behind the word job or task, "" if
// there is none: "Job 0123…", "Task: 0123…", "task id=0123…".
func jobIn(line []byte) string {
	const farthest = 12
	for _, rest := range []string{"ob", "ask"} {
		for at := 0; ; {
			i := bytes.Index(line[at:], []byte(rest))
			if i < 0 {
				break
			}
			word := at + i - 1 // where it begins
			at += i + len(rest)
			if word < 0 || bytes.IndexByte([]byte("jJtT"), line[word]) < 0 || word > 0 && isWord(line[word-1]) {
				continue
			}
			for start := at; start <= at+farthest && start+32 <= len(line); start++ {
				end := start + 32
				if isQencodeToken(line[start:end]) && !isWord(line[start-1]) && (end == len(line) || !isWord(line[end])) {
					return string(line[start:end])
				}
			}
		}
	}
	return ""
}
