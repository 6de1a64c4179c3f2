// What the service says, as far as this client reads it. Enums of answers are
// open: a value that is not known here must do no harm, so they are strings.

/** A dated or repeating exception. */
export interface Notice {
  id: string;
  /** `cancelled`, `closed`, `only`, `moved`, `time`, `extra`, …; others are told and change nothing. */
  kind: string;
  /** `YYYY-MM-DD`, where the meeting is. */
  from: string;
  to?: string;
  repeats?: { weeks_of_month: number[] };
  /** `HH:MM` */
  time?: string;
  words?: string;
}

/** Where a meeting is. */
export interface Place {
  id: string;
  name?: string;
  formatted_address?: string;
  latitude?: number;
  longitude?: number;
  approximate: boolean;
}

/** A meeting as it is kept. All fields of the answer are kept; these are read here. */
export interface Meeting {
  id: string;
  slug: string;
  name: string;
  intergroup: { id: string; slug: string; name: string };
  group?: { id: string; name: string };
  location?: Place;
  /** 0 is Sunday; absent by appointment. */
  day?: number;
  /** `HH:MM` */
  time?: string;
  duration_minutes?: number;
  /** IANA zone of `day` and `time`. */
  timezone: string;
  attendance: string;
  types: string[];
  notices: Notice[];
  [field: string]: unknown;
}

/** What to do with a meeting. */
export interface Item {
  op: string;
  id: string;
  meeting?: Meeting;
}

/** A page of `GET /v1/meetings/changes`. */
export interface Page {
  data: Item[];
  has_more: boolean;
  next_cursor: string;
}
