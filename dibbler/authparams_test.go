package dibbler

import (
	"maps"
	"strings"
	"testing"
)

func TestParseAuthParams(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want map[string]string
	}{
		{``, map[string]string{}},
		{` , ,`, map[string]string{}},
		{`a=b`, map[string]string{"a": "b"}},
		{`a=b,c=d`, map[string]string{"a": "b", "c": "d"}},
		{`,a = b ,, C	=	"d" ,`, map[string]string{"a": "b", "c": "d"}},
		{`a="", b="x=y, z"`, map[string]string{"a": "", "b": "x=y, z"}},
		{`a="\"\\\x"`, map[string]string{"a": `"\x`}},
		{`uri=/a?b=c&d, cnonce=YWI=`, map[string]string{"uri": "/a?b=c&d", "cnonce": "YWI="}},
		{`username*=UTF-8''a%20b`, map[string]string{"username*": "UTF-8''a%20b"}},
	} {
		got, err := parseAuthParams(tt.in)
		if err != nil || !maps.Equal(got, tt.want) {
			t.Errorf("parseAuthParams(%q) = %v, %v; want %v", tt.in, got, err, tt.want)
		}
	}
}

func TestParseAuthParams_errors(t *testing.T) {
	for in, problem := range map[string]string{
		`a`:                                "name=value",
		`=b`:                               "name=value",
		`a b=c`:                            "name=value",
		`"a"=b`:                            "name=value",
		`ä=b`:                              "name=value",
		`a=`:                               "its a is neither",
		`a=,b=c`:                           "its a is neither",
		`a=b"c`:                            "its a is neither",
		`a=ü`:                              "its a is neither",
		`a=b c=d`:                          "its a is not followed by a comma",
		`a="b"c`:                           "its a is not followed by a comma",
		`a="b`:                             "its a has no closing quote",
		`a="`:                              "its a has no closing quote",
		`a="\`:                             "its a has no closing quote",
		`a="\"`:                            "its a has no closing quote",
		`a=b, A="c"`:                       "it has a twice",
		strings.Repeat("a", 1000) + `=b c`: strings.Repeat("a", 60) + "… is not followed",
	} {
		got, err := parseAuthParams(in)
		if err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("parseAuthParams(%q) = %v, %v; want the error to say %q", in, got, err, problem)
		}
	}
}
