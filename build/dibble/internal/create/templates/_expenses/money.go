package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Money is an amount in cents, so that sums are exact.
type Money int64

func (m Money) String() string { return fmt.Sprintf("%d.%02d", m/100, m%100) }

var errMoney = errors.New("enter an amount such as 12.50")

// UnmarshalText parses a typed amount, such as 12, 12.5 or 12,50.
func (m *Money) UnmarshalText(text []byte) error {
	whole, cents, _ := strings.Cut(strings.Replace(strings.TrimSpace(string(text)), ",", ".", 1), ".")
	if len(whole) > 9 || len(cents) > 2 || whole+cents == "" {
		return errMoney
	}
	n, err := strconv.ParseUint(whole+(cents + "00")[:2], 10, 63)
	if err != nil {
		return errMoney
	}
	*m = Money(n)
	return nil
}
