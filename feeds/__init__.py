"""Publishing: remembers, decides, renders, serves, schedules."""
