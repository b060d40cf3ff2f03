package pick

// System returns the system's dialog.
func System() Dialog { return None{} }
