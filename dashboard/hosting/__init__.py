"""Processes that serve: the same in the playground's family and, started apart, on a team's hosts.

web.py       the web server: drained before it ends, so that browsers reconnect and requests are answered
worker.py    a worker of one or several queues: a slice in hand is committed, a replay is given up
machines.py  balancers and monitoring are answered before anything asks for TLS or a name
presence.py  who is there: each worker says so every few seconds, and the health page lists them
"""
