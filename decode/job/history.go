package job

import (
	"slices"
	"strings"
	"time"

	"qcb/decode"
)

// History is when the callbacks of one task token came, and how many of each event. The zero
// History is ready to use.
type History struct {
	First, Last time.Time // when callbacks were received; zero if no time is known
	Zones       Zones     // of these times
	Events      []Event   // in the order in which they first came
}

// Zones says whether the times of a job can be compared with others.
type Zones int

const (
	NoTimes  Zones = iota
	Zoned          // all are known with their offset from UTC
	Unzoned        // no time has an offset
	MixZones       // some have an offset and some do not: differences between them are not known
)

// String returns what is known of the times, in a few words.
func (z Zones) String() string {
	switch z {
	case Zoned:
		return "with zone"
	case Unzoned:
		return "without zone"
	case MixZones:
		return "some with zone"
	}
	return "no times"
}

// Event counts the callbacks of a job with one event.
type Event struct {
	Name       string // empty if they were sent without an event
	Stream     bool   // whether they are about one rendition each
	Deliveries int
	Late       int // how many of them came after the end and did not end the job
}

// mostEvents is how many different events are counted for a job. Qencode documents five.
const mostEvents = 20

// OtherEvents is the name under which all further events are counted.
const OtherEvents = "…"

// longestName is the length of the longest name of an event that is kept, in bytes.
const longestName = 64

// name returns the name of an event in memory that keeps nothing else.
func name(event string) string {
	if i := slices.Index(documented, event); i >= 0 {
		return documented[i]
	}
	if len(event) > longestName {
		return strings.ToValidUTF8(event[:longestName], "") + "…"
	}
	return strings.Clone(event)
}

var documented = decode.Events()

// Add takes the next delivery of the task, and what Jobs.Add returned for it.
func (h *History) Add(d Delivery, a Added) {
	h.time(d.Time, d.Zoned)
	h.count(name(d.Event), d.Stream, a.Late != nil)
}

// time takes the time of a callback into account.
func (h *History) time(at time.Time, zoned bool) {
	if at.IsZero() {
		return
	}
	zones := Unzoned
	if zoned {
		zones = Zoned
	}
	if h.Zones != NoTimes && h.Zones != zones {
		zones = MixZones
	}
	h.Zones = zones
	if h.First.IsZero() || at.Before(h.First) {
		h.First = at
	}
	if at.After(h.Last) {
		h.Last = at
	}
}

// count counts a callback with an event.
func (h *History) count(event string, stream, late bool) {
	same := func(e Event) bool { return e.Name == event && e.Stream == stream }
	i := slices.IndexFunc(h.Events, same)
	if i < 0 && len(h.Events) >= mostEvents {
		event, stream = OtherEvents, false
		i = slices.IndexFunc(h.Events, same)
	}
	if i < 0 {
		i = len(h.Events)
		h.Events = append(h.Events, Event{Name: event, Stream: stream})
	}
	e := &h.Events[i]
	e.Deliveries++
	if late {
		e.Late++
	}
}
