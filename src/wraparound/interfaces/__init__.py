"""Composes the rest: settings, the site's frame, sign-in, Today, search, the command line. It holds no logic."""
