"""Writes what Python says about every year into the folder of this file.

sums.txt     for each first day of the week, the SHA-256 of the calendars of
             the years 1 to 9999 one after the other
*-*.txt      some calendars in full: year, first day of the week

Run it with any Python 3; the result does not depend on the locale.
"""

import calendar
import hashlib
import pathlib

here = pathlib.Path(__file__).parent

with open(here / "sums.txt", "w", newline="\n") as sums:
    for first in range(7):
        text = calendar.TextCalendar(first)
        digest = hashlib.sha256()
        for year in range(1, 10000):
            digest.update(text.formatyear(year).encode())
        print(first, digest.hexdigest(), file=sums)

for year, first in [(1, 0), (45, 2), (999, 5), (1900, 1), (2000, 4), (2003, 0), (2026, 6), (9999, 3)]:
    with open(here / f"{year}-{first}.txt", "w", newline="\n") as file:
        file.write(calendar.TextCalendar(first).formatyear(year))
