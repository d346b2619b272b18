"""The year that a daemon is left alone for: every fault with its stated outcome, in both modes."""
