"""Reads calendars, one a line of JSON, and compares their occurrences.

Zones are renamed, so that the library cannot take them from a database of its
own and has nothing to go by but the VTIMEZONE that we wrote. What is wrong with
a few is printed; the status says whether anything was.
"""

import json
import sys
from datetime import datetime, timezone

import icalendar
from dateutil.rrule import rrulestr
from dateutil.tz import resolve_imaginary


def instant(time):
    """When it is: what clocks skip is read with the offset from before (RFC 5545 3.3.5)."""
    return resolve_imaginary(time).astimezone(timezone.utc)


def instants(event, name):
    """The dates of RDATE or EXDATE, however many lines they stand in."""
    lines = event.get(name, [])
    for line in lines if isinstance(lines, list) else [lines]:
        for one in line.dts:
            yield instant(one.dt)


def repeated(event, end):
    """The starts of an event by its rule, as the clocks of its zone show them."""
    first = event["DTSTART"].dt
    rule = dict(event["RRULE"])
    until = rule.pop("UNTIL", [end])[0].astimezone(first.tzinfo).replace(tzinfo=None)
    text = icalendar.vRecur(rule).to_ical().decode()
    for local in rrulestr(text, dtstart=first.replace(tzinfo=None), ignoretz=True):
        if local > until:
            return
        yield instant(local.replace(tzinfo=first.tzinfo))


def occurrences(text, start, end):
    calendar = icalendar.Calendar.from_ical(text)
    if any(event.errors for event in calendar.walk()):
        raise ValueError([event.errors for event in calendar.walk() if event.errors])
    found, replaced = [], set()
    # A length in minutes is of minutes that pass (RFC 5545 3.3.6).
    for event in calendar.walk("VEVENT"):
        starts = [instant(event["DTSTART"].dt)]
        if "RECURRENCE-ID" in event:
            replaced.add((str(event["UID"]), instant(event["RECURRENCE-ID"].dt)))
        elif "RRULE" in event:
            starts = list(repeated(event, end))
        gone = set(instants(event, "EXDATE"))
        for first in [*starts, *instants(event, "RDATE")]:
            if first not in gone:
                found.append((str(event["UID"]), "RECURRENCE-ID" in event, first, first + event["DURATION"].dt))
    kept = {
        (first, last)
        for uid, special, first, last in found
        if start <= first < end and (special or (uid, first) not in replaced)
    }
    return sorted((int(first.timestamp()), int(last.timestamp())) for first, last in kept)


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
