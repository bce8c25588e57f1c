# Nothing is left: both calls are states.
