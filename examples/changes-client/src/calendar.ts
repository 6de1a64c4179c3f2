// Days and the clocks on walls, by the zones that the device knows.

/** Days since 1970-01-01. */
export type Day = number;

const MINUTE = 60_000;
const DAY = 86_400_000;

/** A day from `YYYY-MM-DD`. */
export function dayOf(text: string): Day {
  return Math.round(Date.parse(`${text}T00:00:00Z`) / DAY);
}

/** `YYYY-MM-DD`. */
export function textOf(day: Day): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** 0 is Sunday. */
export function weekdayOf(day: Day): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** The first day from `first` on of a weekday. */
export function weekdayFrom(first: Day, weekday: number): Day {
  return first + ((weekday + 7 - weekdayOf(first)) % 7);
}

/** Which day of its month it is, from 1. */
export function dateOf(day: Day): number {
  return new Date(day * DAY).getUTCDate();
}

/** Minutes after midnight of `HH:MM`. */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      era: "short",
    });
    formats.set(zone, format);
  }
  return format;
}

/** What the clock on the wall shows, as if it were in UTC. */
function wallOf(zone: string, instant: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) part[type] = Number(value);
  return Date.UTC(part["year"]!, part["month"]! - 1, part["day"]!, part["hour"]!, part["minute"]!, part["second"]!);
}

function offsetOf(zone: string, instant: number): number {
  const whole = Math.floor(instant / 1_000) * 1_000;
  return wallOf(zone, whole) - whole;
}

/** The local day at an instant. */
export function dayAt(zone: string, instant: number): Day {
  return Math.floor(wallOf(zone, instant) / DAY);
}

/**
 * The instant at which a clock shows that time on that day, as RFC 5545 3.3.5
 * reads it: in an hour that is skipped with the offset from before (02:30 is
 * 03:30), in one that comes twice the first.
 */
export function instantOf(zone: string, day: Day, minutes: number): number {
  const wall = day * DAY + minutes * MINUTE;
  const [before, after] = [offsetOf(zone, wall - 36 * 60 * MINUTE), offsetOf(zone, wall + 36 * 60 * MINUTE)];
  const shown = [wall - before, wall - after].filter((instant) => wallOf(zone, instant) === wall);
  return shown.length > 0 ? Math.min(...shown) : wall - before;
}
