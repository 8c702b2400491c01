package mask_test

import (
	"bytes"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode"
	"qcb/decode/mask"
)

func TestText(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		// Userinfo.
		{"https://user:pass@x.example/a?b=c", "https://***@x.example/a?b=c"},
		{"cannot read ftp://a@b/c, and https://d:e@f.", "cannot read ftp://***@b/c, and https://***@f."},
		{"https://user:p@ss@x.example/@user/a", "https://***@x.example/@user/a"},
		{"//user:pass@x.example/a and //x.example/@user", "//***@x.example/a and //x.example/@user"},
		{"s3://AKIA:se/cr+et@bucket/key", "s3://***@bucket/key"},
		{"s3://AKIA:12/34@bucket/key", "s3://***@bucket/key"},
		{"ftp://user:a/b@x.example/c", "ftp://***@x.example/c"},
		{"ftp://user:a#b@x.example/c", "ftp://***@x.example/c"},
		{"ftp://user:a?b@x.example/c", "ftp://***@x.example/c"},
		{"ftp://user:a b@x.example/c", "ftp://***@x.example/c"},
		{`ftp://user:a"b@x.example/c`, "ftp://***@x.example/c"},
		{`ftp://user:a<b@x.example/c`, "ftp://***@x.example/c"},
		{`ftp://user:a/b@c@x.example/@d`, "ftp://***@x.example/@d"},
		{`"https://user:SECRET", "a@b.example"`, `"https://***", "a@b.example"`},
		{"https://user:SECRET\na@b.example", "https://***\na@b.example"},
		{"https://user:SECRET ftp://a@b", "https://*** ftp://***@b"},
		{"https://x.example/?url=https%3A%2F%2Fuser%3APW%40y%2F", "https://x.example/?url=https%3A%2F%2F***%40y%2F"},
		{"https%253A%252F%252Fuser%253APW%2540y%252F%40", "https%253A%252F%252F***%2540y%252F%40"},
		{"https://x.example/?u=https%3A%2F%2Fy&b=c:d@e", "https://x.example/?u=https%3A%2F%2Fy&b=c:d@e"},
		{"https://user:a%2Fb@x.example/", "https://***@x.example/"},
		{`https:\u002f\u002fuser:PW@x.example`, `https:\u002f\u002f***@x.example`},
		{`https:\/\/user:PW@x.example\/`, `https:\/\/***@x.example\/`},
		{`https:\\\/\\\/user:PW@x.example\\\/`, `https:\\\/\\\/***@x.example\\\/`},
		{`https%3A%5C%2F%5C%2Fuser%3APW%40x.example`, `https%3A%5C%2F%5C%2F***%40x.example`},
		{"s3://KEY:SECRET", "s3://***"},
		{"https://user:SECRET…", "https://***…"},
		{"https://user:123456", "https://***"},
		{"redis://:PW@x.example", "redis://***@x.example"},

		{"https://x.example/@user/a", "https://x.example/@user/a"},
		{"https://x.example:8080/@user/a", "https://x.example:8080/@user/a"},
		{"see http://x.example:8080.", "see http://x.example:8080."},
		{"http://[fe80::1]:80/a@b", "http://[fe80::1]:80/a@b"},
		{"s3://bucket/a@2x.png", "s3://bucket/a@2x.png"},
		{"mail me@x.example", "mail me@x.example"},
		{"", ""},

		// Parameters.
		{"https://x.example/a?X-Amz-Signature=ab%2Fc&x=1", "https://x.example/a?X-Amz-Signature=***&x=1"},
		{"https://x.example/a?x=1&x-amz-credential=a#f", "https://x.example/a?x=1&x-amz-credential=***#f"},
		{"https://x.example/a?token=t&design=1&signature=s b", "https://x.example/a?token=***&design=1&signature=*** b"},
		{"https://x.example/a?sv=1&sig=a%3D&se=2", "https://x.example/a?sv=1&sig=***&se=2"},
		{"https://x.example/a?OSSAccessKeyId=a&hdnts=exp=1~h", "https://x.example/a?OSSAccessKeyId=***&hdnts=***"},
		{"https://x.example/a?Policy=p&Key-Pair-Id=k", "https://x.example/a?Policy=***&Key-Pair-Id=***"},
		{"https://x.example/a?X%2DAmz%2dSignature=a&key=b", "https://x.example/a?X%2DAmz%2dSignature=***&key=***"},
		{"https://x.example/a#token=b", "https://x.example/a#token=***"},
		{"https://x.example/a;jwt=b", "https://x.example/a;jwt=***"},
		{"https://x.example/a?refresh_token=a&api-key=b&pass=c", "https://x.example/a?refresh_token=***&api-key=***&pass=***"},
		{"https://x.example/a?clientSecret=a&userPass=b&%74oken=c", "https://x.example/a?clientSecret=***&userPass=***&%74oken=***"},
		{"https://x.example/a?Token[]=a&x.token=b&credential=c", "https://x.example/a?Token[]=***&x.token=***&credential=***"},
		{"https://x.example/a?monkey=a&compass=b&tokens=c&tokenizer=d", "https://x.example/a?monkey=a&compass=b&tokens=c&tokenizer=d"},
		{`see "https://x.example/a?token=abc"def", or 'http://y/?key=a'.`, `see "https://x.example/a?token=***", or 'http://y/?key=***'.`},
		{`"https:\/\/u:p@x.example\/a?b=c\u0026token=a\u0026c=d"`, `"https:\/\/***@x.example\/a?b=c\u0026token=***\u0026c=d"`},
		{`\"https://x.example/?token=a\"`, `\"https://x.example/?token=***\"`},
		{"https://x.example/?url=https%3A%2F%2Fy%2F%3Ftoken%3Dabc%26x%3D1&y=", "https://x.example/?url=https%3A%2F%2Fy%2F%3Ftoken%3D***&y="},
		{"https://x.example/?url=https://y/?token=abc", "https://x.example/?url=https://y/?token=***"},
		{"https://x.example/a?__token__=a&wowzatokenhash=b&md5=c&infix=d", "https://x.example/a?__token__=***&wowzatokenhash=***&md5=***&infix=d"},
		{"https://x.example/exp=1~acl=/*~hmac=0a1b?x=1", "https://x.example/exp=1~acl=/*~hmac=***"},
		{"https://x.example/bcdn_token=a&expires=1/b.m3u8", "https://x.example/bcdn_token=***&expires=1/b.m3u8"},
		{"https://x.example/eyJhbGciOi.eyJzdWIiOi.c2ln/manifest/a.m3u8", "https://x.example/***/manifest/a.m3u8"},
		{"https://x.example/a.mp4?verify=1700000000-c2ln%3D&code=7&sign=x", "https://x.example/a.mp4?verify=***&code=7&sign=***"},
		{"x.example/?AWSAccessKeyId=AKIA&Signature=s&Expires=1", "x.example/?AWSAccessKeyId=***&Signature=***&Expires=1"},
		{"x.example/?X-Amz-Security-Token=t&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host", "x.example/?X-Amz-Security-Token=***&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host"},
		{"x.example/?GoogleAccessId=a@b.example&X-Goog-Signature=s&X-Goog-Credential=c&X-Goog-Expires=9", "x.example/?GoogleAccessId=***&X-Goog-Signature=***&X-Goog-Credential=***&X-Goog-Expires=9"},
		{"x.example/?sv=2020-08-04&st=2026-01-01T00%3A00%3A00Z&sp=r&sig=s&spr=https", "x.example/?sv=2020-08-04&st=2026-01-01T00%3A00%3A00Z&sp=r&sig=***&spr=https"},
		{"x.azurewebsites.net/api/f?code=aB3dE6gH9==&id=7", "x.azurewebsites.net/api/f?code=***&id=7"},
		{"x.cloudfront.net/a?Expires=1&Policy=eyJTdGF0ZW1lbnQiOlt7&Signature=s~-_&Key-Pair-Id=K2JC", "x.cloudfront.net/a?Expires=1&Policy=***&Signature=***&Key-Pair-Id=***"},
		{"x.example/a?hdnea=a&hdntl=b&__gda__=c&hmac=d", "x.example/a?hdnea=***&hdntl=***&__gda__=***&hmac=***"},
		{"f1.backblazeb2.com/file/a?Authorization=3_2026&b2ContentDisposition=d", "f1.backblazeb2.com/file/a?Authorization=***&b2ContentDisposition=d"},
		{"x.b-cdn.net/a?token=HS256-a&token_path=%2Fa%2F&expires=1", "x.b-cdn.net/a?token=***&token_path=***&expires=1"},
		{"x.aliyuncs.com/a?x-oss-signature=a&x-oss-credential=b&security-token=c&x-oss-date=d", "x.aliyuncs.com/a?x-oss-signature=***&x-oss-credential=***&security-token=***&x-oss-date=d"},
		{"x.myqcloud.com/a?q-sign-algorithm=sha1&q-ak=AKID&q-sign-time=1;2&q-signature=ab&q-header-list=host", "x.myqcloud.com/a?q-sign-algorithm=sha1&q-ak=***&q-sign-time=1;2&q-signature=***&q-header-list=host"},
		{"x.example/a?auth_key=1-0-0-ab&sign=1582791032-im1acp76-0-3fbb88382c9356b6", "x.example/a?auth_key=***&sign=***"},
		{"x.example/a?authkey=!AB&rlkey=a&h=0123456789abcdef&sas=x7k9", "x.example/a?authkey=***&rlkey=***&h=***&sas=***"},
		{"x.example/a?token2=a&token_id=b&token[0]=c&secret_v1=d&session_id=e&sessionId2=f", "x.example/a?token2=***&token_id=***&token[0]=***&secret_v1=***&session_id=***&sessionId2=***"},
		{"x.example/a;jsessionid=AB;PHPSESSID=CD", "x.example/a;jsessionid=***"},
		{"x.example/a?PHPSESSID=CD&ASP.NET_SessionId=ab", "x.example/a?PHPSESSID=***&ASP.NET_SessionId=***"},
		{"x.example/a?apiKey=a&api_key=b&APIKEY=c&client_secret=d&pw=e&pwd=f&otp=123456&bearer=g", "x.example/a?apiKey=***&api_key=***&APIKEY=***&client_secret=***&pw=***&pwd=***&otp=***&bearer=***"},
		{"x.example/a?accessKey=a&secretKey=b&private-key=c&passwd=d&passphrase=e&password=f&credentials=g", "x.example/a?accessKey=***&secretKey=***&private-key=***&passwd=***&passphrase=***&password=***&credentials=***"},
		{"x.example/a?ticket=ST-1856-aA5Yuvrx&sid=a1b2c3d4e5&session=a1b2c3d4e5&auth=a1b2c3d4e5&hash=a1b2c3d4e5", "x.example/a?ticket=***&sid=***&session=***&auth=***&hash=***"},
		{"x.example/a?secure=a1b2c3d4e5&key=0123456789012345&key=abCdEfGh&key=SECRET", "x.example/a?secure=***&key=***&key=***&key=***"},
		{`x.example/a?a=1\x26token\x3dabc`, `x.example/a?a=1\x26token\x3d***`},
		{"https%3A%2F%2Fy%2F%3Ftoken%3Dabc next", "https%3A%2F%2Fy%2F%3Ftoken%3D*** next"},
		{"x.example/a?b=c&amp;token=abc&amp;d=e", "x.example/a?b=c&amp;token=***&amp;d=e"},
		{"x.example/a?token=a%26b%22c&d", "x.example/a?token=***&d"},
		{`{"a":"https://x.example/?token=ab\"SECRET"}`, `{"a":"https://x.example/?token=***"}`},
		{`password = hunter2, or password="a b"`, `password = ***, or password="***"`},
		{"token=", "token="},

		{"task_token=0123456789abcdef&taskToken=b&task-token[0]=c", "task_token=0123456789abcdef&taskToken=b&task-token[0]=c"},
		{"Task token: 0123456789abcdef", "Task token: 0123456789abcdef"},
		{"task_token_secret=a", "task_token_secret=***"},
		{"x.example/a?key=720p&objectKey=videos/2026/out.mp4&s3_key=a1b2C3/Zz9.m3u8&policy=public&secure=true", "x.example/a?key=720p&objectKey=videos/2026/out.mp4&s3_key=a1b2C3/Zz9.m3u8&policy=public&secure=true"},
		{"x.imgix.net/a.jpg?w=400&s=0123456789abcdef0123456789abcdef", "x.imgix.net/a.jpg?w=400&s=***"},
		{"x.example/a?ex=65d903de&hm=2481f30dd67f503f54d020ae3b5533b9&st=SeCrEt9xKq7", "x.example/a?ex=65d903de&hm=***&st=***"},
		{"x.example/a?s=2&hm=12&st=1700000000, 30.017 s: done, s: ab1c2d3", "x.example/a?s=2&hm=12&st=1700000000, 30.017 s: done, s: ab1c2d3"},
		{"x.example/a?verify=1&md5=&auth=none&session=1700000000000&code=404&hash=sha256&sign=plus", "x.example/a?verify=1&md5=&auth=none&session=1700000000000&code=404&hash=sha256&sign=plus"},
		{"x.example/a?passive=a1b2c3d4e5&keyframe=a1b2c3d4e5&PASSIVE=a1b2&author=a1b2", "x.example/a?passive=a1b2c3d4e5&keyframe=a1b2c3d4e5&PASSIVE=a1b2&author=a1b2"},
		{"error_code=aB3dE6gH9", "error_code=aB3dE6gH9"},

		// Headers, and what programs print.
		{"Authorization: Bearer a.b-c\nHost: x", "Authorization: Bearer ***\nHost: x"},
		{"authorization: basic dXNlcjpwYXNz", "authorization: basic ***"},
		{"Authorization: AWS4-HMAC-SHA256 Credential=a/b, Signature=c", "Authorization: AWS4-HMAC-SHA256 ***"},
		{"Authorization: a b c", "Authorization: ***"},
		{"Proxy-Authorization: Digest a=\"b\"", "Proxy-Authorization: Digest ***"},
		{"Cookie: a=b; c=d\r\nHost: x", "Cookie: ***\r\nHost: x"},
		{`Cookie: a=b; c=d\r\nHost: x`, `Cookie: ***\r\nHost: x`},
		{"Set-Cookie: sid=a; Path=/", "Set-Cookie: ***"},
		{"X-Api-Key: a, b", "X-Api-Key: ***, b"},
		{"x-functions-key: a-b", "x-functions-key: ***"},
		{`curl -H 'Cookie: a="b"; c=d' -H "X-Auth-Token: ab" -H 'Host: x'`, `curl -H 'Cookie: ***' -H "X-Auth-Token: ***" -H 'Host: x'`},
		{`{"authorization":"Bearer ab","cookie":["a=b","c=d"],"host":"x"}`, `{"authorization":"Bearer ***","cookie":[***],"host":"x"}`},
		{`{\"authorization\":\"Bearer ab\",\"host\":\"x\"}`, `{\"authorization\":\"Bearer ***\",\"host\":\"x\"}`},
		{"%22password%22%3A%22a%26b%22%2C%22host%22", "%22password%22%3A%22***%22%2C%22host%22"},
		{`{'Authorization': 'Bearer ab', 'Host': 'x'}`, `{'Authorization': 'Bearer ***', 'Host': 'x'}`},
		{`"Authorization"=>"Bearer ab", :password => "c", "host" => "x"`, `"Authorization"=>"Bearer ***", :password => "***", "host" => "x"`},
		{"map[Authorization:[Bearer ab] Host:[x]]", "map[Authorization:[Bearer ***] Host:[x]]"},
		{"    [token] => ab\n    [host] => x", "    [token] => ***\n    [host] => x"},
		{`credentials: {"a": "}b", 'c': [1]}, host: x`, `credentials: {***}, host: x`},
		{`{"password":"a\"b","host":"x"}`, `{"password":"***","host":"x"}`},
		{"{token: a,b, host: x}", "{token: ***, host: x}"},
		{"rejected Bearer a1b2c3d4e5, and Basic dXNlcjpwYXNz.", "rejected Bearer ***, and Basic ***"},
		{"the bearer of this, basic auth, forbearer a1b2c3d4e5", "the bearer of this, basic auth, forbearer a1b2c3d4e5"},
		{`{"storage":{"key":"a1b2c3d4e5/f6"}}`, `{"storage":{"key":"a1b2c3d4e5/f6"}}`},
		{"token://x", "token://x"},

		// JSON Web Tokens.
		{"got xeyJhbGciOi.eyJzdWIiOi", "got x***"},
		{"eyJhbGciOi.eyJzdWIiOi.", "***"},
		{"eyJhbGciOi.a1b2c3d4e5f6g7h8i9.c.d.e;", "***;"},
		{"eyJhbGciOiJIUzI1NiJ9 eyJpZCI6MX0.mp4", "eyJhbGciOiJIUzI1NiJ9 eyJpZCI6MX0.mp4"},
	} {
		if got := mask.Text(test.text); got != test.want {
			t.Errorf("%q is masked as\n%q, want\n%q", test.text, got, test.want)
		}
		if again := mask.Text(test.want); again != test.want {
			t.Errorf("%q is masked again, as\n%q", test.want, again)
		}
	}
}

// harmlessTexts are without a sign of a credential.
var harmlessTexts = []string{
	"saved", "0123456789abcdef0123456789abcdef", "https://x.example/a/b.mp4", "s3://bucket/a.mp4", "a b, c; d.",
	"http://x.example/a?b&c", "the video is 5 seconds long", `"quoted"`,
}

func TestHarmlessTextCostsNoMemory(t *testing.T) {
	for _, text := range harmlessTexts {
		if n := testing.AllocsPerRun(10, func() { mask.Text(text) }); n > 0 {
			t.Errorf("%q takes %g allocations", text, n)
		}
	}
}

func TestValue(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"password", "hunter2", "***"},
		{"token", `{"a":1}`, "***"},
		{"token", "", ""},
		{"auth", "none", "none"},
		{"auth", "a1b2c3d4e5", "***"},
		{"task_token", "a1b2c3d4e5", "a1b2c3d4e5"},
		{"payload", ` {"n":1.0, "password": "a"}`, ` {"n":1.0, "password": "***"}`},
		{"payload", `"https://a:b@x\u0041"`, `"https://***@xA"`},
		{"payload", `["https://a:b@x",2]`, `["https://***@x",2]`},
		{"payload", "see https://a:b@x", "see https://***@x"},
		{"status_url", "https://api.qencode.com/v1/status?token=a", "https://api.qencode.com/v1/status?token=***"},
		{"payload", "\xff", "\xff"},
	} {
		if got := mask.Value(test.name, []byte(test.value)); string(got) != test.want {
			t.Errorf("%s %q is masked as %q, want %q", test.name, test.value, got, test.want)
		}
	}
}

func TestJSON(t *testing.T) {
	for _, test := range []struct{ value, want string }{
		{` { "a" : 1.10 , "b":[ null,true ] } `, ` { "a" : 1.10 , "b":[ null,true ] } `},
		{`{"a":1,"a":2,"token":"a","token":"b"}`, `{"a":1,"a":2,"token":"***","token":"***"}`},
		{`{"secret":1,"password":{"a":[1]},"otp":[1,2],"x":"y"}`, `{"secret":"***","password":"***","otp":"***","x":"y"}`},
		{`{"token":null,"has_password":true,"pass":false,"pw":""}`, `{"token":null,"has_password":true,"pass":false,"pw":""}`},
		{`{"auth":"none","session":5,"hash":"a1b2c3d4e5","policy":{"a":"a1b2c3d4e5"},"md5":""}`, `{"auth":"none","session":5,"hash":"***","policy":{"a":"a1b2c3d4e5"},"md5":""}`},
		{`{"to\u006ben":"a\u0062"}`, `{"to\u006ben":"***"}`},
		{`{"u":"https:\/\/a:b@x\/?c=1\u0026sig=d"}`, `{"u":"https://***@x/?c=1&sig=***"}`},
		{`{"https://a:b@x":"https://a:b@x"}`, `{"https://***@x":"https://***@x"}`},
		{`["{\"token\":\"a\"}","Bearer a1b2c3d4e5"]`, `["{\"token\":\"***\"}","Bearer ***"]`},
		{`{"task_token":"a1b2c3d4e5","taskToken":"a1b2c3d4e5","error_code":"a1b2c3d4e5","key":"a1b2c3d4e5"}`, `{"task_token":"a1b2c3d4e5","taskToken":"a1b2c3d4e5","error_code":"a1b2c3d4e5","key":"a1b2c3d4e5"}`},
		{"[\"\xff\",\"\xffhttps://a:b@x\"]", "[\"\xff\",\"\ufffdhttps://***@x\"]"},
		{`["\ud800","\ud800 https://a:b@x"]`, "[\"\\ud800\",\"\ufffd https://***@x\"]"},
		{`{"token":"***"} {"a":1}`, `{"token":"***"} {"a":1}`},

		{`{"a":"https://b:c@x","token":"SECR`, `{"a":"https://***@x","token":"***`},
		{`{"credentials":{"a":[1],"b":"SECR`, `{"credentials":{***`},
		{`{"token":"a" "b":"https:\/\/c:d@x"}`, `{"token":"***" "b":"https:\/\/***@x"}`},
		{`{"token":"a\qb"}`, `{"token":"***"}`},
		{`{"https://a:b@x":`, `{"https://***@x":`},
		{"token=a", "token=***"},
		{"", ""},
	} {
		if got := mask.JSON([]byte(test.value)); string(got) != test.want {
			t.Errorf("%q is masked as\n%q, want\n%q", test.value, got, test.want)
		}
	}
}

func TestBody(t *testing.T) {
	for _, test := range []struct{ body, want string }{
		{`task_token=t&status=%7B%22n%22%3A+1.10%2C%22u%22%3A%22https%3A%5C%2F%5C%2Fa%3Ab%40x%5C%2F%3Fa%3D1%5Cu0026sig%3Ds%22%7D&event=e`, `task_token=t&status=%7B%22n%22%3A+1.10%2C%22u%22%3A%22https%3A%2F%2F%2A%2A%2A%40x%2F%3Fa%3D1%26sig%3D%2A%2A%2A%22%7D&event=e`},
		{`payload=https://a:b@x`, `payload=https%3A%2F%2F%2A%2A%2A%40x`},
		{`status=%7B%22u%22%3A%22https%3A%2F%2Fa%3Ab%40x%2Fy`, `status=%7B%22u%22%3A%22https%3A%2F%2F%2A%2A%2A%40x%2Fy`},
		{`status={"videos":[{"url":"https:\/\/a:b@h\/a?token=c"},{"url":"https:\/\/h\/a?x=1\u0026token=SECR`, `status=%7B%22videos%22%3A%5B%7B%22url%22%3A%22https%3A%2F%2F%2A%2A%2A%40h%2Fa%3Ftoken%3D%2A%2A%2A%22%7D%2C%7B%22url%22%3A%22https%3A%5C%2F%5C%2Fh%5C%2Fa%3Fx%3D1%5Cu0026token%3D%2A%2A%2A`},
		{`payload=see+https:\/\/u:p@h`, `payload=see+https%3A%5C%2F%5C%2F%2A%2A%2A%40h`},
		{`&a=%zz&status={"a": 1,"a":2}&`, `&a=%zz&status={"a": 1,"a":2}&`},
		{"\xef\xbb\xbfpass%77ord=a%20b&p+q=%FF&token=b\r\n", "\xef\xbb\xbfpass%77ord=%2A%2A%2A&p+q=%FF&token=%2A%2A%2A\r\n"},
		{"token=a&token=b&token", "token=%2A%2A%2A&token=%2A%2A%2A&token"},
		{"payload=https://x/?a=1&key=a1b2c3d4e5", "payload=https://x/?a=1&key=%2A%2A%2A"},
		{strings.Repeat("a=b&", 3000) + "token=c", strings.Repeat("a=b&", 3000) + "token=%2A%2A%2A"},
		{``, ``},
	} {
		if got := mask.Body([]byte(test.body)); string(got) != test.want {
			t.Errorf("%s\nis masked as\n%s\nwant\n%s", test.body, got, test.want)
		}
	}
}

// TestTruncated truncates bodies at each byte: what remains of a credential is masked.
func TestTruncated(t *testing.T) {
	plain := `{"videos":[{"url":"https:\/\/u:p@h\/a?x=1\u0026token=SECRET","tag":"a"},{"url":"https://h/?key=SECRET"}],` +
		`"password":"SECRET","credentials":{"id":[1],"x":"SECRET"},"u":"https://u:SECRET@h"}`
	for _, body := range []string{"status=" + plain, "status=" + url.QueryEscape(plain) + "&event=saved"} {
		for n := range len(body) {
			if got := mask.Body([]byte(body[:n])); bytes.Contains(got, []byte("SE")) {
				t.Errorf("%s\nis masked as\n%s", body[:n], got)
			}
		}
	}
}

// FuzzText checks that a text without a sign of a credential stays, and that a secret
// behind a strong name never comes out, not even of a text that is masked twice.
func FuzzText(f *testing.F) {
	f.Add("https://a:b@x/?sig=1&token=2", "")
	f.Add(`{"u":"https:\/\/u:p@h\/?a=1\u0026key=`, `"}`)
	f.Add("s3://k:s/b@@ s3://k:s/e@b@c/x@y", "…")
	f.Add("Cookie: a=b\nAuthorization: [Basic ", "%22%253a")
	f.Add("eyJhbGciOi.eyJzdWIiOi.x?pass = '", "'")
	f.Fuzz(func(t *testing.T, before, after string) {
		text := before + after
		once := mask.Text(text)
		if !strings.ContainsAny(text, `=@%\:.`) && !strings.Contains(text, " ") && once != text {
			t.Errorf("%q is masked as %q", text, once)
		}
		for _, name := range []string{"?password=", "&X-Amz-Signature=", ` "api_key":"`, "\nsecret: ", "\nAuthorization: Bearer "} {
			text := before + name + "Zq7SECRET" + after
			if got := mask.Text(text); strings.Contains(got+mask.Text(got), "SECRET") && !strings.Contains(before+after, "SECRET") {
				t.Errorf("%q is masked as %q", text, got)
			}
		}
	})
}

// FuzzBody checks that the fields and their names stay, as do the values without
// credentials, and that every value is masked as it is alone.
func FuzzBody(f *testing.F) {
	f.Add([]byte(`task_token=t&status={"u":"https://a:b@x/?sig=1&token=2"}&payload=s3://k:s@b`))
	f.Add([]byte(`status={"u":"https://a:b@x/?sig=1`))
	f.Add([]byte(`payload=s3://k:s/b@@ s3://k:s/e@b@c/x@y`))
	f.Add([]byte(`status={"u":"https:\/\/a:b@x\/?a=1\u0026sig=1"2","v":"//a:b@x?url=%3Ftoken%3Da`))
	f.Fuzz(func(t *testing.T, body []byte) {
		once := mask.Body(body)
		before, after := decode.ParseForm(body), decode.ParseForm(once)
		if len(before) != len(after) {
			t.Fatalf("%q has %d fields and masked, %q, %d", body, len(before), once, len(after))
		}
		for i, b := range before {
			a := after[i]
			if want := mask.Value(b.Name, b.Value); a.Damage == nil && b.Damage == nil && !bytes.Equal(a.Value, want) {
				t.Errorf("%q: %q is masked as %q, want %q", body, b.Value, a.Value, want)
			}
			if a.Name != b.Name {
				t.Errorf("%q: field %q is named %q", body, b.Name, a.Name)
			}
			if bytes.Equal(mask.Value(b.Name, b.Value), b.Value) && !bytes.Equal(body[b.Start:b.End], once[a.Start:a.End]) {
				t.Errorf("%q: %q became %q", body, body[b.Start:b.End], once[a.Start:a.End])
			}
		}
	})
}

// FuzzJSON checks that a valid value stays valid, and that the secrets of members
// never come out.
func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"a":[1,"https://a:b@x",{"token":"t"}]}`))
	f.Add([]byte(`{"credentials":{"a":"b"},"a\ud800":"//a:b@x"}`))
	f.Add([]byte(`"https://a:b@x`))
	f.Fuzz(func(t *testing.T, value []byte) {
		lenient := []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}
		once := mask.JSON(value)
		if !jsontext.Value(value).IsValid(lenient...) {
			return
		}
		if !jsontext.Value(once).IsValid(lenient...) {
			t.Errorf("%q is masked as %q", value, once)
		}
		inside := append(append([]byte(`{"a":`), value...), `,"my_secret":"Zq7SECRET"}`...)
		if got := mask.JSON(inside); bytes.Contains(got, []byte("SECRET")) && !bytes.Contains(value, []byte("SECRET")) {
			t.Errorf("%q is masked as %q", inside, got)
		}
	})
}

// hostile are texts to repeat: each begins a search that may not end.
var hostile = []string{
	"/a=", "a=/", "//", "://", "a://b:c ", "a://b:c/", "https://a:b@", "s3://a:b/", "%25", `\`, `\u00`, "%5C", "%2F%2F", "%252F%2F",
	"eyJ", "eyJa.", "eyJa.eyJ", "token", "token:", "token=", "token:[", "token:{", `token:"`, `"token":{"`, "token: ", "token=%22",
	"key=", "key=a ", "key=a/b.mp4&", `key:"a" `, "key=a.", "hash:a-", "Cookie:", "Cookie: a\n", `'Cookie: a`, "Bearer ", "Basic a ", "=", ":", "@", `"`,
	"_", "A", "aA", "a_", "[", "?", "=> ", "task ", "…", "\xff",
}

// TestHostile masks long hostile texts: were one of them not read in linear time
// this would not end before the tests have to.
func TestHostile(t *testing.T) {
	for _, before := range []string{"", "https://x.example/?", "token=", `{"token":"`, "a://"} {
		for _, text := range hostile {
			mask.Text(before + strings.Repeat(text, (128<<10)/len(text)))
		}
	}
}

func BenchmarkText(b *testing.B) {
	for _, bench := range []struct{ name, text string }{
		{"word", "completed"},
		{"plain", "https://storage.qencode.com/5b2a6b0d6cb4b0c4f2ca0e6b0d6cb4b0/video/720p/index.m3u8"},
		{"signed", "https://x.s3.amazonaws.com/a/b.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20260101%2Fus-east-1%2Fs3%2Faws4_request" +
			"&X-Amz-Date=20260101T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=" + strings.Repeat("0a", 32)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(bench.text)))
			for b.Loop() {
				mask.Text(bench.text)
			}
		})
	}
	for _, text := range hostile {
		b.Run("hostile/"+strings.Trim(strconv.QuoteToASCII(text), `"`), func(b *testing.B) {
			long := strings.Repeat(text, (1<<20)/len(text))
			b.SetBytes(int64(len(long)))
			for b.Loop() {
				mask.Text(long)
			}
		})
	}
}

func BenchmarkBody(b *testing.B) {
	body, err := os.ReadFile("../../testdata/bodies/saved.form")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		mask.Body(body)
	}
}
