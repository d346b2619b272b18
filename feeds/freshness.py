"""For how long a reader need not ask for a feed again: told in the feed and by the server."""

from datetime import timedelta

# Readers that are told more wait too long for what is new, and some that are told less drop what they are told.
SHORTEST, LONGEST = timedelta(minutes=15), timedelta(hours=6)
# For a feed of which it is not known how often it is updated.
USUAL = timedelta(hours=1)


def max_age(every: timedelta | None) -> timedelta:
    """For a feed that is updated so often; None where that is not known."""
    return USUAL if every is None else min(max(every, SHORTEST), LONGEST)
