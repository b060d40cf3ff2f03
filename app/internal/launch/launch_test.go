package launch

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestMessage(t *testing.T) {
	sent := Message{
		Command: Show,
		Build:   Build{ID: "1-ab", Title: "Plain 1.2.3 (go1.26, linux/amd64)", File: "/usr/bin/a=b"},
		Session: map[string]string{"DISPLAY": ":2"},
		Args:    [][]byte{[]byte("/home/ada/\xff.tea"), []byte("tea:green")},
		Dir:     []byte("/home/\xff"),
	}
	text, err := sent.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeMessage(text)
	sent.Version = version
	if err != nil || !reflect.DeepEqual(got, sent) {
		t.Errorf("%+v, %v", got, err)
	}
	for text, want := range map[string]string{
		"show":                            "another version of this program is running",
		`{"version":2,"command":"show"}`:  "another version of this program is running",
		`{"version":2,"command":"other"}`: "another version of this program is running",
		`{"version":2,"command":"quit"}`:  "",
	} {
		if m, err := DecodeMessage(text); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v", text, m, err)
		}
	}
}

func TestReply(t *testing.T) {
	sent := Reply{URL: "http://127.0.0.1:8888/a?b", Other: "Plain 1.2", Problem: "no <file>"}
	if got, err := DecodeReply(sent.Encode()); got != sent || err != nil {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := DecodeReply("http://127.0.0.1:8888/"); err == nil {
		t.Error("DecodeReply accepts text that is not JSON")
	}
}

func TestBuildID(t *testing.T) {
	id, err := buildID()
	if again, _ := buildID(); id == "" || err != nil || again != id {
		t.Errorf("%q, then %q, %v", id, again, err)
	}
}

var tea = []Opens{{Ext: ".tea", MIME: "application/x-tea", Title: "Tea plan"}, {Scheme: "tea"}}

func TestCheck(t *testing.T) {
	if err := Check(tea); err != nil {
		t.Error(err)
	}
	for want, o := range map[string]Opens{
		"neither Ext, such as .tea, nor Scheme": {},
		"make two entries":                      {Scheme: "tea", Ext: ".tea"},
		"bad scheme \"Tea\"":                    {Scheme: "Tea"},
		"bad scheme \"t\"":                      {Scheme: "t"},
		"bad scheme \"tea:\"":                   {Scheme: "tea:"},
		"javascript belongs to other programs":  {Scheme: "javascript"},
		"bad extension \"tea\"":                 {Ext: "tea", MIME: "application/x-tea", Title: "Tea"},
		"bad extension \".t/a\"":                {Ext: ".t/a", MIME: "application/x-tea", Title: "Tea"},
		"needs a Title":                         {Ext: ".tea", MIME: "application/x-tea", Title: " "},
		"of one line":                           {Ext: ".tea", MIME: "application/x-tea", Title: "Tea\nplan"},
		"needs a MIME type":                     {Ext: ".tea", Title: "Tea"},
		", not \"tea\"":                         {Ext: ".tea", MIME: "tea", Title: "Tea"},
		", not \"a/b; c=d\"":                    {Ext: ".tea", MIME: "a/b; c=d", Title: "Tea"},
	} {
		if err := Check([]Opens{o}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", o, err, want)
		}
	}
	if err := Check(append(slices.Clone(tea), Opens{Ext: ".TEA", MIME: "application/x-tea", Title: "Tea"})); err == nil || !strings.Contains(err.Error(), "is a duplicate") {
		t.Error(err)
	}
}
