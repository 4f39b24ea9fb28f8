"""What end-to-end tests stand on: a throw-away project and the commands that work on it."""
