package render

import (
	"strings"
	"testing"
)

func TestSchedulesInWords(t *testing.T) {
	t.Parallel()
	for raw, word := range map[string]string{
		"0 4 * * 1": "weekly", "0 4 * * MON": "weekly", "0 4 * * 7": "weekly", "30 2 * * *": "daily", "0 * * * *": "hourly",
		"* * * * *": "every minute", "*/15 * * * *": "every 15 minutes", "0/5 * * * *": "every 5 minutes", "0 */6 * * *": "every 6 hours",
		"0 */1 * * *": "hourly", "0 0 1 * *": "monthly", "0 0 28 * ?": "monthly", "0 0 L * ?": "monthly",
		"H H * * *": "daily", "H/30 * * * *": "every 30 minutes", // Jenkins
		"0 0 4 ? * MON": "weekly", "0 0 4 * * ?": "daily", "0 0 4 ? * 2 *": "weekly", "0 0/10 * * * ?": "every 10 minutes", "0 0 4 * * *": "daily", "0 4 * ? * *": "hourly", // Quartz, Spring
		"cron(0 4 * * ? *)": "daily", "cron(0 4 ? * MON *)": "weekly", "0 4 1 * ? *": "monthly", // AWS
	} {
		want := "schedule: " + word + " (" + raw + ")"
		if got := inWords("schedule: " + raw); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for nickname, word := range map[string]string{"@daily": "daily", "@midnight": "daily", "@Weekly": "weekly", "@hourly": "hourly", "@monthly": "monthly", "@annually": "yearly"} {
		if got := inWords("schedule: " + nickname); got != "schedule: "+word {
			t.Errorf("%s is %q", nickname, got)
		}
	}
	// What has no exact words stays as it is.
	for _, raw := range []string{
		"0 4 * * 1-5", "0 4,16 * * *", "*/7 * * * *", "0 */5 * * *", "0 0 31 * *", "0 0 1 1 *", "0 0 1 * 1", "60 4 * * *", "0 24 * * *",
		"*/5 4 * * *", "* 4 * * *", "0 0 4 * * ? 2027", "cron(0 4 * * ? 2027)", "*/30 0 4 * * ?", "0 4 * *", "0 4 * * 8", "", "@reboot", "rate(1 day)",
		"weekly", "0 4 * * 1 extra words here", "*/H * * * *", "*/0 * * * *", "-1 4 * * *", strings.Repeat("0 ", 999),
	} {
		if got := inWords("schedule: " + raw); got != "schedule: "+raw {
			t.Errorf("%q became %q", raw, got)
		}
	}
	for _, other := range []string{"push", "job 0 4 * * 1", "reschedule: 0 4 * * 1", "schedule", "schedule: "} {
		if got := inWords(other); got != other {
			t.Errorf("%q became %q", other, got)
		}
	}
}
