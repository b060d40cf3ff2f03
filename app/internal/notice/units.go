package notice

import "unicode/utf16"

// units returns the first UTF-16 units of text for an array of this length in a structure of
// Windows, with the zero at the end.
func units(text string, length int) []uint16 {
	all := utf16.Encode([]rune(text))
	if len(all) < length {
		return append(all, 0)
	}
	var cut []uint16
	for _, r := range text {
		if len(cut)+utf16.RuneLen(r) > length-2 { // for the ellipsis and the zero
			break
		}
		cut = utf16.AppendRune(cut, r)
	}
	return append(cut, '…', 0)
}
