"""The person's own scheduler begins the nights: systemd's user timer, launchd, or else cron; never root."""
