package capture

import (
	"slices"
	"strings"

	"qcb/decode"
)

// Body is the body of one callback.
type Body struct {
	Bytes   []byte // the form body, without a line ending; valid until the next call of Next
	Rebuilt bool   // the capture holds decoded fields: Bytes is encoded anew from them
	Line    int    // the line of the input on which it, or what it was found in, begins, from 1
	Place   string // where it was found: a path in JSON, "base64 at byte 812"; "" for a whole line

	Length int // the Content-Length of its request in bytes, 0 where that is not known
	Held   int // length in bytes of the text that it was found in: a line, a string

	at, end   int  // what it was found in, in the text that was searched
	sure      bool // it begins with the name of a field and is whole: nothing of it can be in the next line
	posted    bool // it was captured as it was posted, and names its task or event
	printed   bool // a program printed its fields
	encoded   bool // it was found in base64, or in bytes that were printed as numbers
	bare      bool // it is a status alone
	hasStatus bool
}

// in puts the place of a text before the places of the bodies found in it.
func in(place string, found []Body) []Body {
	for i := range found {
		b := &found[i]
		switch {
		case b.Place == "":
			b.Place = place
		case place != "" && !strings.HasPrefix(b.Place, place):
			b.Place = place + ", " + b.Place
		}
		b.at, b.end = 0, 0
	}
	return found
}

// once leaves out what a capture repeats: a callback that was logged both as it
// was posted and decoded is one, and so is one whose task and event were
// printed before it was printed whole. Two that were captured in the same way
// are two: the service sent it again.
func once(found []Body) []Body {
	kept := found[:0]
	for _, b := range found {
		if n := len(kept); n > 0 && repeats(&kept[n-1], &b) {
			kept[n-1] = better(kept[n-1], b)
			continue
		}
		kept = append(kept, b)
	}
	return kept
}

// repeats reports whether two bodies that were found one after the other are
// of one callback. What was printed first and encoded then is what a server got:
// another request.
func repeats(a, b *Body) bool {
	if a.Rebuilt == b.Rebuilt && (!a.Rebuilt || a.hasStatus == b.hasStatus) {
		return false
	}
	if a.Rebuilt && a.encoded || b.Rebuilt && b.encoded {
		return false
	}
	return sameCallback(a.Bytes, b.Bytes)
}

// better returns the body that was posted, or else the one that has a status.
func better(a, b Body) Body {
	if a.Rebuilt && (!b.Rebuilt || !a.hasStatus) {
		return b
	}
	return a
}

// merged adds what was found in one member of an object to what was found in
// those before it. The same callback in both is one.
func merged(before, found []Body) []Body {
	const most = 16 // Comparing all with all would let a hostile object take its time.
	if len(before) == 0 || len(before)+len(found) > most {
		return append(before, found...)
	}
	list := slices.Clone(before)
	for _, b := range found {
		i := slices.IndexFunc(before, func(a Body) bool { return sameCallback(a.Bytes, b.Bytes) })
		if i < 0 {
			list = append(list, b)
		} else {
			list[i] = better(list[i], b)
		}
	}
	return list
}

// worth tells how much was found: more for callbacks that are whole, and more
// for what names its task, its event and its status.
func worth(found []Body) int {
	sum := 0
	for _, b := range found {
		c, err := decode.Decode(b.Bytes)
		parts := 1
		for _, there := range []bool{c.TaskToken != "", c.Event != "", c.Status != nil} {
			if there {
				parts++
			}
		}
		if err == nil {
			parts *= 10
		}
		sum += parts
	}
	return sum
}
