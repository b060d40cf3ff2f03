package desktop

import (
	"os/exec"
	"path/filepath"
)

// firefoxPreferences keep Firefox from connecting to anything except the pages under test.
// evil.test is this machine.
const firefoxPreferences = `
user_pref("network.dns.localDomains", "evil.test");
user_pref("dom.disable_open_during_load", false); // pop-ups are allowed
user_pref("network.lna.enabled", false); // the browser's own filter, which others do not have
user_pref("network.lna.blocking", false);
user_pref("app.normandy.enabled", false);
user_pref("app.update.auto", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("browser.startup.page", 0);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("datareporting.policy.dataSubmissionPolicyBypassNotification", true);
user_pref("dom.security.https_first", false);
user_pref("extensions.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("network.dns.disablePrefetch", true);
user_pref("network.prefetch-next", false);
user_pref("services.settings.server", "data:,");
user_pref("toolkit.telemetry.enabled", false);
user_pref("trailhead.firstrun.didSeeAboutWelcome", true);
`

// SpawnFirefox opens each address in a tab of Firefox, with or without a window on the screen.
// It skips the test if Firefox is missing.
func (d *Desktop) SpawnFirefox(window bool, addresses ...string) *Process {
	d.t.Helper()
	path, err := exec.LookPath("firefox-esr")
	if err != nil {
		path, err = exec.LookPath("firefox")
	}
	if err != nil {
		d.t.Skip("no Firefox here (Debian package firefox-esr)")
	}
	profile := filepath.Join(d.Home(), "profile")
	d.Write(filepath.Join(profile, "user.js"), firefoxPreferences, 0o600)
	cmd := d.Command(path, append([]string{"--no-remote", "--profile", profile}, addresses...)...)
	cmd.Env = Without(cmd.Env, busVariable)
	if !window {
		cmd.Args = append(cmd.Args, "--headless")
		cmd.Env = Without(cmd.Env, "DISPLAY")
	}
	return d.Spawn(cmd)
}
