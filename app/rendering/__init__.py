"""Pages that only a browser shows: run by a system's Chromium, in a sandbox, under the fetcher's rules.

Used where a plain request gives an empty shell and the settings allow it. Nothing is pretended: the browser
says who asks, and what a site refuses to it is refused. `renderer` is the door; `browser` runs in a process
of its own, and is the only module that knows Playwright.
"""
