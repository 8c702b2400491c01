package tree

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// values are the rules of the grammar: what a program prints, the same as JSON, what
// is lost of it, and the text behind it.
var values = []struct{ name, in, want, lost, rest string }{
	{
		`JSON stays as it is`,
		`{"a": 1.50, "b": [true, null, "x\u00e9\/"], "a": 1E400 , "\ud800": {}}`,
		`{"a": 1.50, "b": [true, null, "x\u00e9\/"], "a": 1E400 , "\ud800": {}}`,
		``, ``,
	},
	{
		`JSON with brackets as text`,
		`["[", ", ", "]", "...", "[Object]", {"a:b": "=>"}]`,
		`["[", ", ", "]", "...", "[Object]", {"a:b": "=>"}]`,
		``, ``,
	},
	{
		`JSON in what is not JSON`,
		`{event=saved, status={"b": [1.0,  2], "a": "x, y=z"}}`,
		`{"event":"saved","status":{"b": [1.0,  2], "a": "x, y=z"}}`,
		``, ``,
	},
	{
		`Python`,
		`{'a': True, "b": None, 'c': 'it\'s', 'd': b'\xc3\xa9', 'f': (1, -2.5e3)}`,
		`{"a":true,"b":null,"c":"it's","d":"é","f":[1,-2.5e3]}`,
		``, ``,
	},
	{
		`JavaScript`,
		"{ a: 'x', $b: `y\nz`, 'c-d': undefined, e: { f: NaN }, g: [] }",
		`{"a":"x","$b":"y\nz","c-d":null,"e":{"f":null},"g":[]}`,
		``, ``,
	},
	{
		`elements that are not data`,
		`{ a: [ { u: 1 }, [length]: 1 ], b: [ [length]: 0 ], [Symbol(c)]: 3 }`,
		`{"a":[{"u":1}],"b":[]}`,
		``, ``,
	},
	{
		`no prototype`,
		`[Object: null prototype] { a: 'x' }`,
		`{"a":"x"}`,
		``, ``,
	},
	{
		`class and size`,
		`Map(2) { 'a' => Set(1) { 'b' }, 'c' => FormData { d: 'e' } }`,
		`{"a":["b"],"c":{"d":"e"}}`,
		``, ``,
	},
	{
		`PHP short array`,
		`['event' => 'saved', 'videos' => [], 0 => 5]`,
		`{"event":"saved","videos":[],"0":5}`,
		``, ``,
	},
	{
		`numbered names are a list`,
		`[0 => 'a', 1 => ['b' => 1]]`,
		`["a",{"b":1}]`,
		``, ``,
	},
	{
		`JSON names stay`,
		`{"0": "a", "1": "b"}`,
		`{"0": "a", "1": "b"}`,
		``, ``,
	},
	{
		`print_r`,
		"Array\n(\n    [event] => saved\n    [status] => {\"a\": [1]}\n    [payload] => \n    [v] => Array\n        (\n            [0] => x\n            [1] => y, z) \n        )\n\n    [t:protected] => null\n    [u:Callback:private] => a\n        [b] => c\n)\n",
		`{"event":"saved","status":"{\"a\": [1]}","payload":"","v":["x","y, z) "],"t":"null","u":"a\n        [b] => c"}`,
		``, "\n",
	},
	{
		`print_r of an object`,
		"stdClass Object\n(\n    [a] => Array\n        (\n        )\n\n    [b] => 1\n)\n",
		`{"a":[],"b":1}`,
		``, "\n",
	},
	{
		`var_dump`,
		"array(4) {\n  [\"a\"]=>\n  string(14) \"{\"b\": \"x\"}\n\"},\"\n  [\"c\":protected]=>\n  int(5)\n  [\"d\":\"Callback\":private]=>\n  array(0) {\n  }\n  [\"e\"]=>\n  object(stdClass)#1 (1) {\n    [0]=>\n    bool(true)\n  }\n}\n",
		`{"a":"{\"b\": \"x\"}\n\"},","c":5,"d":[],"e":[true]}`,
		``, "\n",
	},
	{
		`var_export`,
		"\\Callback::__set_state(array(\n   'a' => 'it\\'s \\\\ x',\n   'b' => \n  (object) array(\n     'c' => NULL,\n  ),\n))",
		`[{"a":"it's \\ x","b":{"c":null}}]`,
		``, ``,
	},
	{
		`Symfony`,
		"array:3 [\n  \"a\" => \"{\"id\": 7, \"s\": \"\\n\"}\"\n  \"b\" => \"C:\\new \"x\"\"\n  \"c\" => array:1 [\n    0 => Callback {#70\n      +\"d\": \"\"\n      #e: 1\n      -f: null\n    }\n  ]\n]",
		`{"a":"{\"id\": 7, \"s\": \"\\n\"}","b":"C:\\new \"x\"","c":[{"d":"","e":1,"f":null}]}`,
		``, ``,
	},
	{
		`length before the quotes`,
		"[\n  (1) \"a\" => (10) \"{\"b\": \"c\"}\"\n]",
		`{"a":"{\"b\": \"c\"}"}`,
		``, ``,
	},
	{
		`serialized`,
		`a:3:{s:1:"a";s:3:"x";";s:1:"b";a:2:{i:0;d:1.5;i:1;b:1;}s:1:"c";O:8:"stdClass":1:{s:1:"d";N;}}`,
		`{"a":"x\";","b":[1.5,true],"c":{"d":null}}`,
		``, ``,
	},
	{
		`Ruby`,
		`{"a"=>"\u00e9\e[0m\#{x}", :b=>nil, c: :d, "e" => [#<OpenStruct f="g", h=1>, #<struct Callback i=2>]}`,
		`{"a":"é\u001b[0m#{x}","b":null,"c":":d","e":[{"f":"g","h":1},{"i":2}]}`,
		``, ``,
	},
	{
		`Ruby object`,
		"#<Callback:0x00007f95ad7467c0\n @a=\"b\",\n @c=\n  {\"d\"=>1}>",
		`{"a":"b","c":{"d":1}}`,
		``, ``,
	},
	{
		`Ruby parameters`,
		`#<ActionController::Parameters {"a" => "b"} permitted: false>`,
		`[{"a":"b"},{"permitted":false}]`,
		``, ``,
	},
	{
		`numbered elements`,
		"{\n  \"a\" => [\n    [0] {\n      \"b\" => nil\n    },\n    [1] \"c\"\n  ]\n}",
		`{"a":[{"b":null},"c"]}`,
		``, ``,
	},
	{
		`Elixir`,
		`%{"a" => "b", c: %Plug.Conn{d: :e, f: [g: "h"]}}`,
		`{"a":"b","c":{"d":":e","f":{"g":"h"}}}`,
		``, ``,
	},
	{
		`pairs stay`,
		`[{"a", "b"}, {"c", "d"}, ("e", "f")]`,
		`[["a","b"],["c","d"],["e","f"]]`,
		``, ``,
	},
	{
		`Erlang`,
		`[{<<"a">>,<<"b \"c\"">>},{<<"d"/utf8>>,[]},{e,f}]`,
		`[["a","b \"c\""],["d",[]],["e","f"]]`,
		``, ``,
	},
	{
		`Erlang map`,
		`#{<<"a">> => <<"b">>,c => 1}`,
		`{"a":"b","c":1}`,
		``, ``,
	},
	{
		`Go map`,
		`map[a:saved b:map[c:0 d:[map[e:https://x/a.mp4] map[e:]]] f:hello big world g:]`,
		`{"a":"saved","b":{"c":0,"d":[{"e":"https://x/a.mp4"},{"e":""}]},"f":"hello big world","g":""}`,
		``, ``,
	},
	{
		`Go form`,
		`map[event:[saved] payload:[{"a": "b c"}] t:[]]`,
		`{"event":["saved"],"payload":[{"a": "b c"}],"t":[]}`,
		``, ``,
	},
	{
		`Go struct`,
		`&{A:POST B:/cb C:map[D:[x y]] E: F:<nil> G:false H:[]}`,
		`{"A":"POST","B":"/cb","C":{"D":["x y"]},"E":"","F":null,"G":false,"H":[]}`,
		``, ``,
	},
	{
		`Go struct without names`,
		`{{"a": 1} task 5 {saved x}}`,
		`[{"a": 1},"task",5,["saved","x"]]`,
		``, ``,
	},
	{
		`Go syntax`,
		`main.Callback{A:"b", C:[]string{"d"}, E:map[string]interface {}{"f":1.5}, G:(*string)(nil), H:[]main.Output{main.Output{I:0x1}}, J:[]string(nil)}`,
		`{"A":"b","C":["d"],"E":{"f":1.5},"G":null,"H":[{"I":"0x1"}],"J":null}`,
		``, ``,
	},
	{
		`spew`,
		"(main.Callback) {\n A: ([]string) (len=1 cap=1) {\n  (string) (len=1) \"b\"\n },\n C: (map[string]interface {}) (len=1) {\n  (string) (len=1) \"d\": (float64) 1.5\n },\n E: (*string)(<nil>),\n F: (*main.Status)(0xc00011c000)({\n  G: (bool) true\n })\n}",
		`{"A":["b"],"C":{"d":1.5},"E":null,"F":{"G":true}}`,
		``, ``,
	},
	{
		`Java map`,
		`{event=saved, status={a=b, c=[{url=https://x/a.mp4?q=1}]}, payload={"id": 1, "n": "a, b"}, d=null, e=, f=hello, world: (x, y=2), g=}`,
		`{"event":"saved","status":{"a":"b","c":[{"url":"https://x/a.mp4?q=1"}]},"payload":{"id": 1, "n": "a, b"},"d":null,"e":"","f":"hello, world: (x, y=2)","g":""}`,
		``, ``,
	},
	{
		`Java record`,
		`Callback[a=b, c=Status[d=[Video[e=1]]], f=x]`,
		`{"a":"b","c":{"d":[{"e":1}]},"f":"x"}`,
		``, ``,
	},
	{
		`Lombok`,
		`Callback(a=b, c=Status(d=[Video(e=1)]), f=[], g=x:)`,
		`{"a":"b","c":{"d":[{"e":1}]},"f":[],"g":"x:"}`,
		``, ``,
	},
	{
		`Groovy`,
		`[a:[b:[[c:122, d:null]], e:[:]], f:saved now]`,
		`{"a":{"b":[{"c":122,"d":null}],"e":{}},"f":"saved now"}`,
		``, ``,
	},
	{
		`Objective-C`,
		"{\n    \"a_b\" = task;\n    c =     (\n        d,\n        \"e f\"\n    );\n}",
		`{"a_b":"task","c":["d","e f"]}`,
		``, ``,
	},
	{
		`PowerShell`,
		`@{a={"b": "c; d"}; e=task; f=g; h}`,
		`{"a":{"b": "c; d"},"e":"task","f":"g; h"}`,
		``, ``,
	},
	{
		`.NET record`,
		`Callback { A = {"b": "c"}, D = task, E = x y }`,
		`{"A":{"b": "c"},"D":"task","E":"x y"}`,
		``, ``,
	},
	{
		`.NET dictionary`,
		`{["a"]="b", ["c"]=1}`,
		`{"a":"b","c":1}`,
		``, ``,
	},
	{
		`R`,
		`list(a = "b", c = NULL, d = c("e", "f"))`,
		`{"a":"b","c":null,"d":["e","f"]}`,
		``, ``,
	},
	{
		`Clojure`,
		`{:a "b", :c :post, :d {:e "f" :g {}} :h [1 2]}`,
		`{"a":"b","c":":post","d":{"e":"f","g":{}},"h":["1 2"]}`,
		``, ``,
	},
	{
		`Swift`,
		`Callback(a: Optional("b"), c: ["d": Optional(5)], e: nil)`,
		`{"a":"b","c":{"d":5},"e":null}`,
		``, ``,
	},
	{
		`Dart`,
		`{a: saved, b: {"c": 1}, d: [{e: https://x/}], f: x, y}`,
		`{"a":"saved","b":{"c": 1},"d":[{"e":"https://x/"}],"f":"x, y"}`,
		``, ``,
	},
	{
		`Rust`,
		"Callback {\n    a: Some(\n        \"b\",\n    ),\n    c: None,\n    d: Object {\"e\": String(\"f\"), \"g\": Array [Number(1.5), Bool(true), Null]},\n    h: (\"i\", 1),\n}",
		`{"a":"b","c":null,"d":{"e":"f","g":[1.5,true,null]},"h":["i",1]}`,
		``, ``,
	},
	{
		`Lua`,
		"{ a = { {\n    b = 122.0,\n    c = <userdata 1>\n  } }, [\"d e\"] = {} }",
		`{"a":[{"b":122.0,"c":null}],"d e":{}}`,
		``, ``,
	},
	{
		`Scala`,
		`FormData(Vector((a,{"b": "c"}),(d,e f)))`,
		`[[["a",{"b": "c"}],["d","e f"]]]`,
		``, ``,
	},
	{
		`angle brackets`,
		`<QueryDict: {'a': ['b']}>`,
		`[{"a":["b"]}]`,
		``, ``,
	},
	{
		`type as an element`,
		`defaultdict(<class 'list'>, {'a': ['b']})`,
		`[["list"],{"a":["b"]}]`,
		``, ``,
	},
	{
		`tuples in a call`,
		`ImmutableMultiDict([('a', 'b'), ("c", '')])`,
		`[[["a","b"],["c",""]]]`,
		``, ``,
	},
	{
		`Mongo shell`,
		`{ _id: ObjectId('6743'), n: Long('5') }`,
		`{"_id":"6743","n":"5"}`,
		``, ``,
	},
	{
		`pieces on lines`,
		"{'a': 'b '\n      \"it's \"\n      'c',\n 'd': ('e'\n       'f')}",
		`{"a":"b it's c","d":["ef"]}`,
		``, ``,
	},
	{
		`pieces with plus`,
		"{\n  a: 'b ' +\n    'c',\n  d: \"e\" + \"f\"\n}",
		`{"a":"b c","d":"ef"}`,
		``, ``,
	},
	{
		`strings on lines with names`,
		"array:2 [\n  \"a\" => \"b\"\n  \"c\" => \"d\"\n]",
		`{"a":"b","c":"d"}`,
		``, ``,
	},
	{
		`quotes in a text`,
		`{"a": "he said "hi" to me", "b": "c"}`,
		`{"a":"he said \"hi\" to me","b":"c"}`,
		``, ``,
	},
	{
		`JSON in the same quotes`,
		`{"a": "{"b": "c", "d": ["e"]}", "f": "["g", 1]"}`,
		`{"a":"{\"b\": \"c\", \"d\": [\"e\"]}","f":"[\"g\", 1]"}`,
		``, ``,
	},
	{
		`doubled quotes`,
		`['it''s', '', '''']`,
		`["it's","","'"]`,
		``, ``,
	},
	{
		`escapes`,
		`["\x41\u0042\u{43}\U00000044\U0045\106\0\ud83d\ude00\t\q\\n\'" ]`,
		`["ABCDEF\u0000😀\t\\q\\n'"]`,
		``, ``,
	},
	{
		`raw string`,
		`{'a': r'\n', 'b': u'\n', 'c': @"\n"}`,
		`{"a":"\\n","b":"\n","c":"\n"}`,
		``, ``,
	},
	{
		`words`,
		`[TRUE, False, 0x1, 100., -0, 1e5, 007, yes, nil, <nil>, <null>, (null), undef, None]`,
		`[true,false,"0x1","100.",-0,1e5,"007","yes",null,null,null,null,null,null]`,
		``, ``,
	},
	{
		`casts`,
		`{ a: (int) 142, b: float64(100), c: int(5), d: bool(false) }`,
		`{"a":142,"b":100,"c":5,"d":false}`,
		``, ``,
	},
	{
		`text before a bracket is no type`,
		`{a=Video [1] of 2, b=f(x) y, c={d} e, f=:(, g=}`,
		`{"a":"Video [1] of 2","b":"f(x) y","c":"{d} e","f":":(","g":""}`,
		``, ``,
	},
	{
		`a bracket that never closes is text`,
		`{a=x (y, b=z}`,
		`{"a":"x (y","b":"z"}`,
		``, ``,
	},
	{
		`visibility`,
		`{ 'a' => 1, +b: 2, #c: 3, -d: 4 }`,
		`{"a":1,"b":2,"c":3,"d":4}`,
		``, ``,
	},
	{
		`separators`,
		"{a: 1, b : 2, d => 4, e:\n 5,\n f:\n}",
		`{"a":1,"b":2,"d":4,"e":5,"f":""}`,
		``, ``,
	},
	{
		`empty`,
		`[{}, [], (), %{}, map[], array(0) {}, [:], #<Foo>]`,
		`[{},[],[],{},{},[],{},{}]`,
		``, ``,
	},
	{
		`white space first`,
		" \n {a: 1}",
		`{"a":1}`,
		``, ``,
	},
	{
		`bare word`,
		`saved ms=12`,
		`"saved"`,
		``, ` ms=12`,
	},
	{
		`string before a word`,
		`"saved" ms=12`,
		`"saved"`,
		``, ` ms=12`,
	},
	{
		`values apart by blanks`,
		`#<Cb @a={"b" => 1} @c=Some(2) @d=f(x) y>`,
		`{"a":{"b":1},"c":2,"d":"f(x) y"}`,
		``, ``,
	},
	{
		`data class`,
		`#<data Cb a=1>`,
		`{"a":1}`,
		``, ``,
	},
	{
		`lists of lists`,
		`[][]string{[]string{"a"}, []string{}}`,
		`[["a"],[]]`,
		``, ``,
	},
	{
		`more casts`,
		`{ a: (bool) false, b: (map[string]int) map[c:1], d: ([]int) (cap=2) {} }`,
		`{"a":false,"b":{"c":1},"d":[]}`,
		``, ``,
	},
	{
		`parentheses in a list`,
		`[(a), (b, c), (d ), ("e")]`,
		`[["a"],["b","c"],["d"],["e"]]`,
		``, ``,
	},
	{
		`names on lines without commas`,
		"{\n  \"a\" => \"b\"\n  \"c\" => \"d\"\n  :e => :f\n}",
		`{"a":"b","c":"d","e":":f"}`,
		``, ``,
	},
	{
		`empty values`,
		"{\n  a:\n  b: \n  \"c\" =>\n    \"d\",\n  e:\n}",
		`{"a":"","b":"","c":"d","e":""}`,
		``, ``,
	},
	{
		`a number in brackets is a list`,
		`[[0] , [1], nil]`,
		`[[0],[1],null]`,
		``, ``,
	},
	{
		`brackets in a value`,
		`{a=b [c, d=e] (f, g=h) {i, j=k}, l=m; n, o=}`,
		`{"a":"b [c, d=e] (f, g=h) {i, j=k}","l":"m; n","o":""}`,
		``, ``,
	},
	{
		`commas in the last value`,
		`{a=b, c, }`,
		`{"a":"b, c"}`,
		``, ``,
	},
	{
		`arrows in angle brackets`,
		`#<Cb a=b->c, d=e=>f, g=h>`,
		`{"a":"b->c","d":"e=>f","g":"h"}`,
		``, ``,
	},
	{
		`print_r with CRLF`,
		"Array\r\n(\r\n    [a] => b\r\n    [c] => \r\n)\r\n",
		`{"a":"b","c":""}`,
		``, "\r\n",
	},
	{
		`lost: object`,
		`{ a: 1, b: [ [Object] ], c: [Array] }`,
		`{"a":1,"b":["[Object]"],"c":"[Array]"}`,
		`[Object]`, ``,
	},
	{
		`lost: more objects`,
		`{ a: [ [Object ...] ], b: [Circular *1], c: [object Object], d: [Ljava.lang.String;@1f, e: 1 }`,
		`{"a":["[Object ...]"],"b":"[Circular *1]","c":"[object Object]","d":"[Ljava.lang.String;@1f","e":1}`,
		`[Object ...]`, ``,
	},
	{
		`lost: items`,
		"[ 1, 2,\n  ... 3 more items\n]",
		`[1,2,"... 3 more items"]`,
		`... 3 more items`, ``,
	},
	{
		`lost: dots`,
		`{'a': [...], 'b': {…}, 'c': #<...>, 'd': 1}`,
		`{"a":["..."],"b":["…"],"c":"#<...>","d":1}`,
		`...`, ``,
	},
	{
		`lost: cut string`,
		`{ a: "b"... 100 more characters, c: "d" <> ..., e: "f"… +120, g: "h" }`,
		`{"a":"b","c":"d","e":"f","g":"h"}`,
		`... 100 more characters`, ``,
	},
	{
		`lost: cut by length`,
		"array(1) {\n  'a' =>\n  string(1631) \"{\"b\": \"c\", \"d\"...\n}",
		`{"a":"{\"b\": \"c\", \"d"}`,
		`ends early`, ``,
	},
	{
		`lost: too short`,
		`{["a"]=> string(9) "b", ["c"]=> 1}`,
		`{"a":"b","c":1}`,
		`ends early`, ``,
	},
	{
		`lost: cut binary`,
		`[<<"ab"...>>]`,
		`["ab"]`,
		`...`, ``,
	},
	{
		`lost: pointer`,
		`{A:0xc0000b4000 B:[0xc0000b4008 0xc0000b4010] C:1}`,
		`{"A":"0xc0000b4000","B":["0xc0000b4008 0xc0000b4010"],"C":1}`,
		`0xc0000b4000`, ``,
	},
	{
		`lost: typed pointer`,
		`main.C{A:(*main.S)(0xc0000b4000), B:1}`,
		`{"A":"0xc0000b4000","B":1}`,
		`0xc0000b4000`, ``,
	},
	{
		`lost: truncated`,
		`{a: <truncated>, b: 1}`,
		`{"a":"<truncated>","b":1}`,
		`<truncated>`, ``,
	},
	{
		`lost: not closed`,
		`{"a": {"b": "c", "d": [1`,
		`{"a":{"b":"c","d":[1]}}`,
		`ends early`, ``,
	},
	{
		`lost: bytes`,
		`{'a': '\xe9'}`,
		`{"a":"�"}`,
		`its bytes are not UTF-8`, ``,
	},
	{
		`commas first`,
		"{\"a\": [1\n,2]\n,\"b\": 3}",
		"{\"a\": [1\n,2]\n,\"b\": 3}",
		``, ``,
	},
	{
		`lost: string not closed`,
		`{"a": "b", "c": "d`,
		`{"a":"b","c":"d"}`,
		`ends early`, ``,
	},
	{
		`lost: word at the end`,
		`{event=saved, a=b`,
		`{"event":"saved","a":"b"}`,
		`ends early`, ``,
	},
	{
		`lost: name not closed`,
		`{"event": "saved", "task_to`,
		`{"event":"saved"}`,
		`ends early`, `"task_to`,
	},
	{
		`lost: string ends with its line`,
		"{'a': 'b\n 'c': 'd'}",
		`{"a":"b","c":"d"}`,
		`ends early`, ``,
	},
	{
		`lost: JSON in quotes cut`,
		`{"a": "{"b": "c", "d, "e": "f"}`,
		`{"a":"{\"b\": \"c\", \"d, \"e\": \"f\"}"}`,
		`ends early`, ``,
	},
	{
		`lost: another line`,
		"{ a: 1,\n2026-11-24 INFO up\n  b: 2 }, 5",
		`{"a":1}`,
		`cannot be read at byte 8`, "2026-11-24 INFO up\n  b: 2 }, 5",
	},
	{
		`lost: another line in a list`,
		"[a\nb: c\n",
		`[]`,
		`cannot be read at byte 1`, "a\nb: c\n",
	},
	{
		`lost: closed by another`,
		`{a: [1, 2}`,
		`{"a":[1,"2}"]}`,
		`ends early`, ``,
	},
	{
		`lost: more things`,
		`[[Circular], [truncated], [B@1f, 'a']`,
		`["[Circular]","[truncated]","[B@1f","a"]`,
		`[Circular]`, ``,
	},
	{
		`lost: print_r`,
		"Array\n(\n    [a] => b\nc\n",
		`{"a":"b"}`,
		`cannot be read at byte 21`, "c\n",
	},
	{
		`lost: closed by another in quotes`,
		`{a: [1, "x" }`,
		`{"a":[1,"x"]}`,
		`ends early`, ``,
	},
	{
		`lost: where its end is`,
		"{ a: { b: 1,\n x {y} \"}\" \n}, c: 2 }",
		`{"a":{"b":1}}`,
		`cannot be read at byte 14`, "x {y} \"}\" \n}, c: 2 }",
	},
	{
		`lost: a piece`,
		"{'a': 'b'\n  'c",
		`{"a":"bc"}`,
		`ends early`, ``,
	},
	{
		`lost: cut, and on the next line`,
		"{'a': 'b'...\n  'c', 'd': 1}",
		`{"a":"b"}`,
		`...`, "'c', 'd': 1}",
	},
	{
		`lost: serialized`,
		`a:2:{s:1:"a";s:9:"b";}`,
		`{"a":"b"}`,
		`ends early`, ``,
	},
}

func TestValue(t *testing.T) {
	for _, test := range values {
		t.Run(test.name, func(t *testing.T) {
			text := []byte(test.in)
			n := Value(text, 0)
			if n == nil {
				t.Fatal("no value")
			}
			if got := string(n.AppendJSON(nil, text)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if n.Lost != test.lost {
				t.Errorf("lost %q, want %q", n.Lost, test.lost)
			}
			if got := string(text[n.End:]); got != test.rest {
				t.Errorf("ends before %q, want %q", got, test.rest)
			}
		})
	}
}

// translated is n as JSON of which nothing is copied.
func translated(n *Node, text []byte) string {
	var mark func(n *Node)
	mark = func(n *Node) {
		n.undone = true
		for _, item := range n.Items {
			mark(item.Value)
		}
	}
	mark(n)
	return string(n.AppendJSON(nil, text))
}

// JSON is what JSON says it is, whatever its texts look like.
func TestValueJSON(t *testing.T) {
	long := strings.Repeat("x", 300)
	for _, in := range []string{
		`["[",", ","]"]`, `["{",null,"}"]`, `[[0],[1]]`, `{"[0]":1,"a=":"b, c=d"}`, `["...","[Object]","a' b"]`, `{"` + long + `":"` + long + `"}`,
		`{"a":1,"a":{"":[]},"b":[true,false,null,-1.50e+7]}`, `["\"\\\/\b\f\n\r\t\u0041\ud83d\ude00"]`, `{"0":1,"1":2}`, `[{"a":"x"},"b"]`,
		`[[["a]="]]]`, `[[{"a]=":1}]]`,
	} {
		text := []byte(in)
		n := Value(text, 0)
		if got := translated(n, text); got != in && in[2] != '\\' || n.Lost != "" || n.End != len(text) {
			t.Errorf("got  %s\nwant %s", got, in)
		}
		for _, around := range []string{"{a=%s, b=1}", "{'a': %s, 'b': 1}"} {
			text := []byte(fmt.Sprintf(around, in))
			if n := Value(text, 0); len(n.Items) != 2 || string(n.Items[0].Value.AppendJSON(nil, text)) != in {
				t.Errorf("%s: got %s", text, n.AppendJSON(nil, text))
			}
		}
	}
}

// TestValueQuotes checks where a text in quotes ends.
func TestValueQuotes(t *testing.T) {
	for in, want := range map[string]string{
		`'b''c'`: `"b'c"`, "array:1 [\n  \"a\" => \"C:\\new\"\n]": `{"a":"C:\\new"}`,
		`["{x", "{"a": "b"}"]`: `["{x","{\"a\": \"b\"}"]`,
	} {
		if got := string(Value([]byte(in), 0).AppendJSON(nil, []byte(in))); got != want {
			t.Errorf("%s is %s, want %s", in, got, want)
		}
	}
}

func TestValueNone(t *testing.T) {
	for _, text := range []string{"", " \n", "}", ", a", ";"} {
		if n := Value([]byte(text), 0); n != nil {
			t.Errorf("%q: got %+v", text, n)
		}
	}
}

func TestValueType(t *testing.T) {
	for text, want := range map[string]string{
		`Callback(a=1)`: "Callback", `Video{}`: "Video", `map[a:1]`: "map", `%Plug.Conn{a: 1}`: "Plug.Conn",
		`#<OpenStruct a=1>`: "OpenStruct", `#<struct Cb a=1>`: "Cb", `array:1 [0 => 1]`: "array:1",
		"Array\n(\n)\n": "Array", "stdClass Object\n(\n)\n": "stdClass", `object(App\Cb)#1 (0) {}`: `App\Cb`,
		`[]string{"a"}`: "[]string", `(main.Status) {}`: "main.Status",
		`{"a": 1}`: "", `class Cb#1 (0) {}`: "Cb", `<QueryDict: {}>`: "QueryDict",
	} {
		if n := Value([]byte(text), 0); n == nil || n.Type != want {
			t.Errorf("%s: got %+v, want type %s", text, n, want)
		}
	}
}

// Of what is lost, every container around it says so, and nothing beside it.
func TestValueLost(t *testing.T) {
	n := Value([]byte(`{ a: { b: [ [Object] ] }, c: { d: 1 } }`), 0)
	a, c := n.Items[0].Value, n.Items[1].Value
	for _, lost := range []*Node{n, a, a.Items[0].Value, a.Items[0].Value.Items[0].Value} {
		if lost.Lost != "[Object]" {
			t.Errorf("%+v is whole", lost)
		}
	}
	if c.Lost != "" || c.Items[0].Value.Lost != "" {
		t.Errorf("%+v has lost something", c)
	}
}

func TestKey(t *testing.T) {
	for _, test := range []struct{ in, name, value string }{
		{`event: saved`, "event", "saved"},
		{`event=saved`, "event", "saved"},
		{`event =  saved`, "event", "saved"},
		{`"event" => "saved"`, "event", `"saved"`},
		{`'it\'s': 1`, "it's", "1"},
		{`["event"]=>1`, "event", "1"},
		{`[event] => 1`, "event", "1"},
		{`[event:protected] => 1`, "event", "1"},
		{`["event":"Cb":private]=>1`, "event", "1"},
		{`[0] => a`, "0", "a"},
		{`[1] "a"`, "1", `"a"`},
		{`:event "saved"`, "event", `"saved"`},
		{`:event => "saved"`, "event", `"saved"`},
		{`@event="saved"`, "event", `"saved"`},
		{`@timestamp: 1`, "timestamp", "1"},
		{`+"event": 1`, "event", "1"},
		{`#event: 1`, "event", "1"},
		{`-event: 1`, "event", "1"},
		{`(5) "event" => 1`, "event", "1"},
		{`(string) (len=5) "event": 1`, "event", "1"},
		{`<<"event">> => 1`, "event", "1"},
		{`req.body.event: 1`, "req.body.event", "1"},
		{`x-event: 1`, "x-event", "1"},
		{`$set: 1`, "$set", "1"},
		{`"": 1`, "", "1"},
		{`event:`, "event", ""},
	} {
		k, ok := readKey([]byte(test.in), 0)
		if !ok || k.name != test.name || test.in[k.value:] != test.value {
			t.Errorf("%s: got %+v, %v", test.in, k, ok)
		}
	}
	for _, text := range []string{
		"", "event", "event saved", `"event" "saved"`, "https://x", "a::b", "a == b", "[a b", "=> 1", `"event`, "é: 1", ": 1",
		"a\n: 1",
	} {
		if k, ok := readKey([]byte(text), 0); ok {
			t.Errorf("%s: got %+v", text, k)
		}
	}
}

func TestValueDeep(t *testing.T) {
	for _, pair := range [][2]string{{"[", "]"}, {"{a: ", "}"}, {`{"a":`, "}"}, {"(a, ", ")"}, {"#<a b=", ">"}} {
		inner := "1"
		text := []byte(strings.Repeat(pair[0], 100) + inner + strings.Repeat(pair[1], 100))
		if n := Value(text, 0); n.Lost != "" || n.End != len(text) {
			t.Errorf("100 %s: lost %q", pair[0], n.Lost)
		}
		text = []byte(strings.Repeat(pair[0], 101) + inner + strings.Repeat(pair[1], 101) + " ")
		if n := Value(text, 0); n.Lost != tooDeep {
			t.Errorf("101 %s: lost %q, ends at %d", pair[0], n.Lost, n.End)
		}
	}
}

// Hostile texts of a megabyte just have to be done with.
func TestValueHostile(t *testing.T) {
	for _, unit := range []string{
		"[", "{", "(", "{a:", "{a=", "{a={", "#<a ", "<a ", "[[]", "[]", "map[", "map[a", "map[a]", "Just ", "(int)", "(a)(0x1)(", "&", "%{", "Array\n(\n",
		"[a] => b\n", "'", "\"", "\"\"", "''", "'a' ", "'a'\n", "'a' +\n", "`", "“", "<<\"", "\\", "\\u", "s:9:\"", "a:1:{i:0;", "a:1:{i:0;i:1;}", "string(9) \"",
		"{a: 1 b\n", "{a=x (y, ", "{a=(", "{a=[b, ", "{a=, ", ",", "{\"", "{\"[", "\"[\", \"", "[\"[\", ", "\"{\"", "['[', ", "[1,", "[{\"a\":[", "{\"a\":{\"a\":1},", "(a(", "((a b)", "[...", "…",
		"[Object]", "[L", "0xc0000b4000 ", "a:b ", "{a:b ", ": ", "=> ", "a => ", "\x00", "\xff", "é", "\r\n", " ", "{a: {b: 1} c\n", "{a={b=1} c, ", "{[", "{a: [}", "[Object: ", "class a", "object(", ":a :b ", "(9) ", "+9",
	} {
		body := strings.Repeat(unit, 1<<17/len(unit))
		for _, text := range []string{strings.Repeat(body, 8), "{x: " + body, "{x=" + body, "[" + body, "array:1 [" + body, "Array\n(\n[a] => " + body, "map[x:" + body, "\"" + body} {
			if n := Value([]byte(text), 0); n != nil {
				inside(t, n, []byte(text))
			}
		}
	}
}

// inside reports a node that is not in its text, or holds one that is not.
func inside(t *testing.T, n *Node, text []byte) {
	t.Helper()
	if n.Start < 0 || n.Start > n.End || n.End > len(text) {
		t.Fatalf("a node from %d to %d in a text of %d bytes", n.Start, n.End, len(text))
	}
	for _, item := range n.Items {
		if item.Value.Start < n.Start || item.Value.End > n.End {
			t.Fatalf("a node from %d to %d in one from %d to %d", item.Value.Start, item.Value.End, n.Start, n.End)
		}
		if item.Value.Lost != "" && n.Lost == "" {
			t.Fatalf("%q is lost, and what holds it is whole", item.Value.Lost)
		}
		inside(t, item.Value, text)
	}
}

func FuzzValue(f *testing.F) {
	for _, test := range values {
		f.Add([]byte(test.in), 0)
	}
	f.Add([]byte("[] {"), 0)
	f.Fuzz(func(t *testing.T, text []byte, at int) {
		if at < 0 || at > len(text) {
			return
		}
		readKey(text, at)
		n := Value(text, at)
		if n == nil {
			return
		}
		inside(t, n, text)
		if n.End <= at {
			t.Fatal("nothing was read")
		}
		got := n.AppendJSON(nil, text)
		if !jsontext.Value(got).IsValid(lenient...) {
			t.Fatalf("not JSON: %s", got)
		}
		if plain := n.Plain().AppendJSON(nil, text); !jsontext.Value(plain).IsValid(lenient...) {
			t.Fatalf("not JSON: %s", plain)
		}
		start := space(text, at)
		length, ok := jsonLen(text[start:])
		if c := text[start]; ok && (c == '{' || c == '[') && space(text, start+length) == len(text) && n.Lost != tooDeep && !bytes.Equal(got, text[start:start+length]) {
			t.Fatalf("got %s of the JSON %s", got, text[start:start+length])
		}
		// What was read means the same when it is read again.
		if again := Value(got, 0); n.Kind >= Object && again.Lost != tooDeep && !bytes.Equal(again.AppendJSON(nil, got), got) {
			t.Fatalf("%s became %s", got, again.AppendJSON(nil, got))
		}
	})
}

func TestPlain(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"DynamoDB", `{"a":{"S":"b"},"c":{"N":"0"},"d":{"BOOL":true},"e":{"NULL":true},"f":{"M":{"g":{"L":[{"N":"1.5"},{"SS":["h"]},{"NS":["1"]}]}}}}`, `{"a":"b","c":0,"d":true,"e":null,"f":{"g":[1.5,["h"],["1"]]}}`},
		{"Firestore", `{"a":{"stringValue":"b"},"c":{"integerValue":"0"},"d":{"doubleValue":1.5},"e":{"booleanValue":false},"f":{"nullValue":null},"g":{"mapValue":{"fields":{"h":{"arrayValue":{"values":[{"stringValue":"i"}]}}}}},"j":{"arrayValue":{}},"k":{"mapValue":{}}}`, `{"a":"b","c":0,"d":1.5,"e":false,"f":null,"g":{"h":["i"]},"j":[],"k":{}}`},
		{"Mongo", `[{"$numberInt":"0"},{"$numberLong":"12345678901234567890"},{"$numberDouble":"1.50"},{"$numberDecimal":"1E+2"},{"$oid":"67"},{"$date":{"$numberLong":"5"}},{"$date":"2026"}]`, `[0,12345678901234567890,1.50,1E+2,"67",5,"2026"]`},
		{"OpenTelemetry", `[{"intValue":"5"},{"boolValue":true}]`, `[5,true]`},
		{"words of languages", `[TRUE, True, FALSE, False, {"N":"0"}]`, `[true,true,false,false,0]`},
		{"alone", `{"N":"0"}`, `0`},
		{"blanks around it stay out", `{"a": [1.0 , {"N": "5"}], "b": [1.0 , 2]}`, `{"a":[1.0,5],"b":[1.0 , 2]}`},
		{"a member more", `{"S":"a","N":"1"}`, `{"S":"a","N":"1"}`},
		{"another kind", `[{"S":{}},{"M":"x"},{"L":"x"},{"N":"x"},{"NULL":"x"},{"mapValue":{"a":1}},{"x":null}]`, `[{"S":{}},{"M":"x"},{"L":"x"},{"N":"x"},{"NULL":"x"},{"mapValue":{"a":1}},{"x":null}]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := []byte(test.in)
			n := Value(text, 0)
			plain := n.Plain()
			if got := string(plain.AppendJSON(nil, text)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if (plain == n) != (test.in == test.want) {
				t.Error("a tree without wrappers is another one")
			}
			if plain.Start != n.Start || plain.End != n.End {
				t.Errorf("from %d to %d", plain.Start, plain.End)
			}
		})
	}
	n := Value([]byte(`{"a": {"S": "b`), 0).Plain()
	if n.Lost == "" || n.Items[0].Value.Lost == "" {
		t.Error("what is lost is forgotten")
	}
}

// Strings in a literal come out as they went in, whatever they hold, in every
// dialect that escapes them.
func FuzzStrings(f *testing.F) {
	f.Add("saved", "a, b=c", `{"id": 7, "s": "\n"}`)
	f.Add("", "it's", "[1, ', \"")
	f.Add("}", "\\", "é\x00…")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		if !utf8.ValidString(a + "." + b + "." + c) {
			return
		}
		want := fmt.Sprintf("[%q %q %q]", a, b, c)
		quote := func(s string) string { return fmt.Sprintf("%q", s) }
		single := func(s string) string {
			return "'" + strings.ReplaceAll(strings.Trim(quote(strings.ReplaceAll(s, `"`, "\x01")), `"`), "'", `\'`) + "'"
		}
		counted := func(s string) string { return fmt.Sprintf("string(%d) \"%s\"", len(s), s) }
		for _, text := range []string{
			"{a: " + quote(a) + ", 'b': " + quote(b) + ",\n c: " + quote(c) + "}",
			"main.C{A:" + quote(a) + ", B:" + quote(b) + ", C:" + quote(c) + "}",
			`{"a" => ` + quote(a) + `, :b=>` + quote(b) + `, "c"=>` + quote(c) + `}`,
			"{ a: " + single(a) + ",\n  b: " + single(b) + ",\n  c: " + single(c) + "\n}",
			"array(3) {\n  [\"a\"]=>\n  " + counted(a) + "\n  [\"b\"]=>\n  " + counted(b) + "\n  [\"c\"]=>\n  " + counted(c) + "\n}",
			fmt.Sprintf(`a:3:{i:0;s:%d:"%s";i:1;s:%d:"%s";s:1:"c";s:%d:"%s";}`, len(a), a, len(b), b, len(c), c),
		} {
			n := Value([]byte(text), 0)
			if n == nil || n.Lost != "" || n.End != len(text) || len(n.Items) != 3 {
				t.Fatalf("%s: got %+v", text, n)
			}
			var got []string
			for _, item := range n.Items {
				got = append(got, strings.ReplaceAll(string(item.Value.Text), "\x01", `"`))
			}
			if fmt.Sprintf("%q", got) != strings.ReplaceAll(want, `\x01`, `\"`) {
				t.Fatalf("%s: got %q, want %s", text, got, want)
			}
		}
	})
}
