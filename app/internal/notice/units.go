package notice

import "unicode/utf16"

// units returns text in UTF-16 with a terminating zero, truncated to length, for an array
// in a Windows structure.
func units(text string, length int) []uint16 {
	all := utf16.Encode([]rune(text))
	if len(all) < length {
		return append(all, 0)
	}
	var cut []uint16
	for _, r := range text {
		if len(cut)+utf16.RuneLen(r) > length-2 { // leave space for the ellipsis and the zero
			break
		}
		cut = utf16.AppendRune(cut, r)
	}
	return append(cut, '…', 0)
}
