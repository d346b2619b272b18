"""One module a revision; the number in its name is its place in the order."""
