"""Writes rules.txt: repetition rules, and the days that python-dateutil finds.

Each line has the start, the rule, and the first 40 times from 2024 to 2031. The rules are
random, but the same each time. It needs python3-dateutil from Debian.
"""
import random
from datetime import datetime
from dateutil.rrule import rrulestr

random.seed(13)
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
ORDINALS = ["", "", "1", "2", "-1", "-2"]


def some(values, most=3):
    return ",".join(map(str, random.sample(values, random.randint(1, min(most, len(values))))))


def rule():
    freq = random.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY", "YEARLY"])
    parts = ["FREQ=" + freq]
    if random.random() < .5:
        parts.append("INTERVAL=%d" % random.choice([1, 2, 3, 5, 7]))
    if random.random() < .4:
        parts.append("BYMONTH=" + some(range(1, 13)))
    kind = random.random()
    if freq in ("MONTHLY", "YEARLY") and kind < .3:
        parts.append("BYMONTHDAY=" + some([1, 2, 13, 15, 28, 29, 30, 31, -1, -2, -31]))
    elif kind < .9:
        ordinals = ORDINALS if freq in ("MONTHLY", "YEARLY") else [""]
        parts.append("BYDAY=" + ",".join(random.choice(ordinals) + d for d in random.sample(DAYS, random.randint(1, 3))))
    # In the first week, dateutil counts positions only from the start.
    if random.random() < .3 and freq in ("MONTHLY", "YEARLY") and len(parts) > 1:
        parts.append("BYSETPOS=" + some([1, 2, 3, -1, -2]))
    if random.random() < .3:
        parts.append("WKST=" + random.choice(DAYS))
    limit = random.random()
    if limit < .3:
        parts.append("COUNT=%d" % random.choice([1, 5, 30, 200]))
    elif limit < .6:
        parts.append("UNTIL=" + random.choice(["20260101T000000", "20270615T093000", "20240229T235959"]))
    return ";".join(parts)


with open("rules.txt", "w") as out:
    written = 0
    while written < 600:
        text = rule()
        start = datetime(random.choice([1998, 2016, 2019, 2023, 2024]), random.randint(1, 12), random.randint(1, 28), 9, 30)
        # Programs disagree about a rule that does not include its start.
        first = next(iter(rrulestr(text, dtstart=start).xafter(start, count=1, inc=True)), None)
        if first is None or first.year > 2030:
            continue
        found = rrulestr(text, dtstart=first).between(datetime(2024, 1, 1), datetime(2031, 1, 1), inc=True)[:40]
        out.write("%s %s %s\n" % (first.strftime("%Y%m%dT%H%M%S"), text, ",".join(t.strftime("%Y%m%dT%H%M%S") for t in found)))
        written += 1
