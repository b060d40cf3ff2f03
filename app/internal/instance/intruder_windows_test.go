package instance

// intrudeMain has nothing to do here: to run as another user takes a password.
func intrudeMain(string) {}
