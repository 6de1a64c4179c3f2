"""Reads calendars, one a line of JSON, and compares their occurrences.

Zones are renamed, so that the library cannot take them from a database of its
own and has nothing to go by but the VTIMEZONE that we wrote. What is wrong with
a few is printed; the status says whether anything was.
"""

import json
import sys
from datetime import datetime, timezone

import icalendar
import recurring_ical_events


def occurrences(text, start, end):
    calendar = icalendar.Calendar.from_ical(text)
    events = list(calendar.walk("VEVENT"))
    # A length in minutes is of minutes that pass (RFC 5545 3.3.6); the library
    # reckons with what clocks show, so ends are not taken from it.
    lengths = {str(event["UID"]): event["DURATION"].dt for event in events}
    if any(event.errors for event in calendar.walk()):
        raise ValueError([event.errors for event in calendar.walk() if event.errors])
    found = []
    for event in recurring_ical_events.of(calendar).between(start, end):
        first = event["DTSTART"].dt.astimezone(timezone.utc)
        if start <= first < end:
            found.append((int(first.timestamp()), int((first + lengths[str(event["UID"])]).timestamp())))
    return sorted(found)


def problems(case, number):
    text = case["calendar"]
    start, end = (datetime.fromtimestamp(case[at], timezone.utc) for at in ("from", "to"))
    expected = sorted(tuple(one) for one in case["occurrences"])
    if any(len(line.encode()) > 75 for line in text.split("\r\n")):
        yield "a line is longer than 75 octets"
    # A name is kept with the zone that first had it, so each case has its own.
    renamed = text.replace("\r\n ", "").replace("TZID=", f"TZID=Case-{number}-").replace("TZID:", f"TZID:Case-{number}-")
    found = occurrences(renamed, start, end)
    if found != expected:
        extra, missing = sorted(set(found) - set(expected)), sorted(set(expected) - set(found))
        yield f"{len(extra)} too many {extra[:3]}, {len(missing)} missing {missing[:3]}"


def main():
    cases = occurrence_count = wrong = exceptions = 0
    zones = set()
    for line in sys.stdin:
        case = json.loads(line)
        cases += 1
        occurrence_count += len(case["occurrences"])
        exceptions += sum(case["calendar"].count(name) for name in ("EXDATE", "RECURRENCE-ID", "UNTIL="))
        zones.add(case["zone"])
        for problem in problems(case, cases):
            wrong += 1
            if wrong <= 5:
                print(f"case {cases} ({case['zone']}): {problem}\n{case['calendar']}", file=sys.stderr)
    print(
        f"calendars: {cases} in {len(zones)} zones, {occurrence_count} occurrences, {exceptions} exceptions, {wrong} wrong"
    )
    # Nothing to compare is nothing found right.
    if wrong or cases == 0 or occurrence_count < cases * 10 or exceptions < cases:
        sys.exit(1)


main()
