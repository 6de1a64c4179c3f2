// Searching on the device: nobody is told where its owner is.

import { minutesOf } from "./calendar.js";
import { nextOccurrence, type Occurrence } from "./schedule.js";
import type { Meeting } from "./types.js";

/** What is searched for; all of it must hold. */
export interface Query {
  /** 0 is Sunday, where the meeting is. */
  days?: number[];
  /** Starts at or after, `HH:MM`. */
  startsAfter?: string;
  /** Starts before, `HH:MM`; a window may pass midnight. */
  startsBefore?: string;
  /** Where one can go: in person, at an exact address. */
  near?: { latitude: number; longitude: number; radius_m: number };
  attendance?: string[];
  /** Type codes that it has all of. */
  types?: string[];
  /** Starts within so many minutes from `now`, or is under way. */
  withinMinutes?: number;
}

/** A meeting that was found. */
export interface Found {
  meeting: Meeting;
  next?: Occurrence;
  distance_m?: number;
}

const EARTH_RADIUS_M = 6_371_008.8;

/** Great-circle distance in metres. */
export function distance(
  a: { latitude: number; longitude: number },
  b: { latitude: number; longitude: number },
): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const [latitude, longitude] = [radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)];
  const half =
    Math.sin(latitude / 2) ** 2 +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(longitude / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** The meetings that match: the nearest first where a place is asked for, else the next first. */
export function search(meetings: Iterable<Meeting>, query: Query, now: Date): Found[] {
  const found: Found[] = [];
  for (const meeting of meetings) {
    if (!fits(meeting, query)) continue;
    const distance_m = distanceTo(meeting, query);
    if (query.near && (distance_m === undefined || distance_m > query.near.radius_m)) continue;
    const next = nextOccurrence(meeting, now);
    if (query.withinMinutes !== undefined) {
      if (!next || next.start.getTime() - now.getTime() > query.withinMinutes * 60_000) continue;
    }
    found.push({ meeting, ...(next && { next }), ...(distance_m !== undefined && { distance_m }) });
  }
  const when = ({ next }: Found): number => next?.start.getTime() ?? Infinity;
  const key = query.near ? (one: Found): number => one.distance_m! : when;
  return found.sort((a, b) => compare(key(a), key(b)) || compare(a.meeting.id, b.meeting.id));
}

function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function fits(meeting: Meeting, query: Query): boolean {
  const attendance = query.attendance ?? (query.near ? ["in_person", "hybrid"] : undefined);
  if (attendance ? !attendance.includes(meeting.attendance) : meeting.attendance === "inactive") return false;
  if (query.days && (meeting.day === undefined || !query.days.includes(meeting.day))) return false;
  if (query.types && !query.types.every((type) => meeting.types.includes(type))) return false;
  return fitsTime(meeting, query);
}

function fitsTime(meeting: Meeting, { startsAfter, startsBefore }: Query): boolean {
  if (startsAfter === undefined && startsBefore === undefined) return true;
  if (meeting.time === undefined) return false;
  const time = minutesOf(meeting.time);
  const from = startsAfter === undefined ? 0 : minutesOf(startsAfter);
  const to = startsBefore === undefined ? 24 * 60 : minutesOf(startsBefore);
  return from < to ? time >= from && time < to : time >= from || time < to;
}

function distanceTo(meeting: Meeting, { near }: Query): number | undefined {
  const place = meeting.location;
  if (!near || !place || place.approximate) return undefined;
  const { latitude, longitude } = place;
  return latitude === undefined || longitude === undefined ? undefined : distance(near, { latitude, longitude });
}
