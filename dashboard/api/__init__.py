"""The HTTP API, `/api/`: the same verbs as the pages, for programs. Reading order: `schemas` · `topologies` · `executions` · `patterns` · `service`."""
