"""Tests: `unit` mirrors the package, `app` has no browser, `browser` has one."""
