package job_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"qcb/decode"
	"qcb/decode/job"
)

// history folds the deliveries of one task.
func history(deliveries ...job.Delivery) job.History {
	jobs := job.New()
	var h job.History
	for _, d := range deliveries {
		h.Add(d, jobs.Add(d))
	}
	return h
}

// TestHistory covers what is kept of the callbacks of a task.
func TestHistory(t *testing.T) {
	queued := job.Delivery{Token: "t", Event: "queued", Outcome: decode.OutcomePending}
	stream := job.Delivery{Token: "t", Event: "saved", Outcome: decode.OutcomePending, Stream: true}
	saved := job.Delivery{Token: "t", Event: "saved", Outcome: decode.OutcomeCompleted, Ends: true}
	at := func(d job.Delivery, second int64) job.Delivery {
		d.Time = time.Unix(second, 0)
		return d
	}
	h := history(queued, at(stream, 13), at(stream, 12), at(saved, 20), at(saved, 80), at(queued, 90))
	if got, want := fmt.Sprintf("%+v", h.Events), "[{Name:queued Stream:false Deliveries:2 Late:1} {Name:saved Stream:true Deliveries:2 Late:0} {Name:saved Stream:false Deliveries:2 Late:0}]"; got != want {
		t.Errorf("events %s\nwant %s", got, want)
	}
	if h.First.Unix() != 12 || h.Last.Unix() != 90 {
		t.Errorf("first %v, last %v", h.First, h.Last)
	}
}

// TestZones checks that a time with a zone is not compared with one without.
func TestZones(t *testing.T) {
	at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		zoned []bool // of callbacks, each of which came earlier than the one before
		zones job.Zones
		last  bool // whether the last one decides, as it does without times
	}{
		{[]bool{true, true}, job.Zoned, false},
		{[]bool{false, false}, job.Unzoned, false},
		{[]bool{true, false}, job.MixZones, true},
		{[]bool{false, false, true}, job.MixZones, true},
	} {
		jobs := job.New()
		var h job.History
		var decides bool
		for i, zoned := range test.zoned {
			d := job.Delivery{Token: "t", Event: "saved", Ends: true, Outcome: decode.OutcomeCompleted, Time: at.Add(-time.Duration(i) * time.Hour), Zoned: zoned}
			added := jobs.Add(d)
			h.Add(d, added)
			decides = added.Decides
		}
		if h.Zones != test.zones || decides != test.last {
			t.Errorf("%v: zones %v, the last one decides: %v", test.zoned, h.Zones, decides)
		}
	}
	if history(job.Delivery{Token: "t"}).Zones != job.NoTimes {
		t.Error("a job without times has zones")
	}
}

// TestZoneWords checks that each of the zones has its own words.
func TestZoneWords(t *testing.T) {
	seen := map[string]bool{"": true}
	for zones := job.NoTimes; zones <= job.MixZones; zones++ {
		if seen[zones.String()] {
			t.Errorf("zones %d are %q", zones, zones)
		}
		seen[zones.String()] = true
	}
}

// TestManyEvents checks that a job with any number of events takes little memory.
func TestManyEvents(t *testing.T) {
	var deliveries []job.Delivery
	for i := range 1000 {
		deliveries = append(deliveries, job.Delivery{Token: "t", Event: fmt.Sprintf("%d%s", i, strings.Repeat("é", 100))})
	}
	events := history(deliveries...).Events
	last := events[len(events)-1]
	if len(events) > 21 || last.Name != job.OtherEvents || last.Deliveries != 1000-len(events)+1 || len(events[0].Name) > 70 {
		t.Errorf("%d events, the last %+v, the first %q", len(events), last, events[0].Name)
	}
}
