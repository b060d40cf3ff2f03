package published_test

import (
	"os/exec"
	"testing"
)

func TestAuthor(t *testing.T) {
	proxy := publish(t)
	cmd := exec.Command("go", "run", ours+"/build/dibble@"+version, "icons")
	cmd.Dir = t.TempDir()
	cmd.Env = goEnv(t, proxy)
	out, err := cmd.CombinedOutput()
	t.Log(cmd.Env)
	t.Fatalf("%v\n%s", err, out)
}
