"""Live updates: one reader per execution and process, the same bytes to everybody, each viewer at its own pace.

Reading order: `source` (what it needs from outside) · `closes` · `window` · `room` · `viewer` · `command_log` · `doorbells` · `watch` · `hub`.
"""
