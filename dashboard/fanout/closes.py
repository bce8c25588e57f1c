"""Why a websocket is closed, as its code says."""

from __future__ import annotations

CLOSE_GONE = 4404
CLOSE_TOO_FAST = 4429
CLOSE_AWAY = 4503
CLOSE_RESUME = 4408
CLOSE_RESTART = 4512
CLOSE_OTHER = 4401
CLOSE_FULL = 4430
CLOSES = {
    CLOSE_GONE: "the execution is gone, or not yours to see: do not connect again",
    CLOSE_RESUME: "the client lost the thread (too much waits for it, or a hole in the chunks): connect again, say where you are",
    CLOSE_AWAY: "the database does not answer, and nothing was done: connect again after a while",
    CLOSE_RESTART: "this web server is being replaced: connect again, say where you are",
    CLOSE_OTHER: "its browser has signed out, or the password is another: connect again, as who you are now",
    CLOSE_FULL: "as many pages are open as one address, one account or one execution may have: connect again after a while",
    CLOSE_TOO_FAST: "too many frames in too short a time: connect again, and send fewer",
}
