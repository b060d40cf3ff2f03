package dibbler

import (
	"reflect"
	"time"

	"github.com/gorilla/schema"
)

// timeLayouts are what browsers send for date, datetime-local, month and time
// inputs, and what programs send. A time zone that is not said is the local one.
var timeLayouts = []string{
	"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01", "15:04", "15:04:05", time.RFC3339,
}

// newDecoder returns a decoder that takes what browsers send.
func newDecoder() *schema.Decoder {
	d := schema.NewDecoder()
	d.IgnoreUnknownKeys(true)
	d.ZeroEmpty(true)
	d.MaxSize(maxFormValues) // lookup is the one to refuse what a sender counts up to
	d.RegisterConverter(time.Time{}, func(s string) reflect.Value {
		for _, layout := range timeLayouts {
			if t, err := time.ParseInLocation(layout, s, time.Local); err == nil {
				return reflect.ValueOf(t)
			}
		}
		return reflect.Value{}
	})
	d.RegisterConverter(time.Duration(0), func(s string) reflect.Value {
		if v, err := time.ParseDuration(s); err == nil {
			return reflect.ValueOf(v)
		}
		return reflect.Value{}
	})
	return d
}
