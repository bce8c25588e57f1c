"""Pages. A view parses, asks one verb, renders."""
