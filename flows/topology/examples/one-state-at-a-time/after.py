# Nothing is left: the program is its states.
