"""The services: AWS's behaviour, one folder each, all of one shape. They never import each other; they meet in `ports.py`."""
