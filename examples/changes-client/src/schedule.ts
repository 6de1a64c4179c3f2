// When a meeting takes place, reckoned on the device from what is kept. The
// service reckons `next_start` by the same rules.

import { dateOf, dayAt, dayOf, instantOf, minutesOf, textOf, weekdayFrom, weekdayOf, type Day } from "./calendar.js";
import type { Meeting, Notice } from "./types.js";

/** One dated instance of a meeting. */
export interface Occurrence {
  /** The local day that it is listed for, `YYYY-MM-DD`. */
  date: string;
  start: Date;
  end: Date;
  underWay: boolean;
}

/** What is assumed where no duration is said. */
const ASSUMED_MINUTES = 60;
/** How far ahead to look: more than a year, so that a yearly exception is passed. */
const DAYS_AHEAD = 60 * 7;
const MINUTE = 60_000;

/** The last day of a notice; one that repeats without an end has none. */
function lastDay(notice: Notice): Day {
  if (notice.to !== undefined) return dayOf(notice.to);
  return notice.repeats ? Infinity : dayOf(notice.from);
}

/** Weeks are counted by the date's own weekday: the 8th to 14th are the second of theirs. */
function inItsWeeks(weeks: number[], day: Day): boolean {
  const last = dateOf(day + 7) < dateOf(day);
  return weeks.includes(Math.ceil(dateOf(day) / 7)) || (last && weeks.includes(-1));
}

function covers(notice: Notice, day: Day): boolean {
  if (day < dayOf(notice.from) || day > lastDay(notice)) return false;
  if (!notice.repeats) return true;
  if (notice.kind === "extra" && weekdayOf(day) !== weekdayOf(dayOf(notice.from))) return false;
  return inItsWeeks(notice.repeats.weeks_of_month, day);
}

/** Minutes after midnight at which something starts on a day. */
function starts(meeting: Meeting, day: Day): number[] {
  const notices = meeting.notices.filter((notice) => covers(notice, day));
  if (notices.some(({ kind }) => kind === "cancelled" || kind === "closed")) return [];
  const weekly = meeting.time === undefined ? undefined : minutesOf(meeting.time);
  // Of several the last wins: a meeting's own stand behind those of its office.
  const other = notices.filter(({ kind, time }) => (kind === "time" || kind === "moved") && time !== undefined).at(-1);
  const usual = weekly === undefined ? undefined : other ? minutesOf(other.time!) : weekly;
  const found: number[] = [];
  const only = meeting.notices.some(({ kind }) => kind === "only");
  const held = !only || notices.some(({ kind }) => kind === "only");
  if (usual !== undefined && weekdayOf(day) === meeting.day && held) found.push(usual);
  for (const { kind, time } of notices) {
    const extra = time !== undefined ? minutesOf(time) : usual;
    if (kind === "extra" && extra !== undefined) found.push(extra);
  }
  return found;
}

/** The first occurrence that is not over; `undefined` where none is foreseen, as by appointment. */
export function nextOccurrence(meeting: Meeting, now: Date): Occurrence | undefined {
  const length = (meeting.duration_minutes ?? ASSUMED_MINUTES) * MINUTE;
  const after = now.getTime() - length;
  // Days before: what a clock that is set back or forward moves.
  const first = dayAt(meeting.timezone, after) - 2;
  const weeklyOnly = meeting.notices.length === 0;
  if (weeklyOnly && meeting.day === undefined) return undefined;
  let found: { day: Day; start: number } | undefined;
  for (let day = first; day < first + DAYS_AHEAD; day += 1) {
    if (weeklyOnly) day = weekdayFrom(day, meeting.day!);
    // A gap may move what is listed for a day behind the next one's, never further.
    if (found && day > found.day + 1) break;
    for (const minutes of starts(meeting, day)) {
      const start = instantOf(meeting.timezone, day, minutes);
      if (start > after && (!found || start < found.start)) found = { day, start };
    }
  }
  if (!found) return undefined;
  const start = new Date(found.start);
  return { date: textOf(found.day), start, end: new Date(found.start + length), underWay: start <= now };
}

/** The notices that somebody should see: those that are not over. */
export function currentNotices(meeting: Meeting, now: Date): Notice[] {
  const today = dayAt(meeting.timezone, now.getTime());
  return meeting.notices.filter((notice) => notice.kind === "only" || lastDay(notice) >= today);
}
