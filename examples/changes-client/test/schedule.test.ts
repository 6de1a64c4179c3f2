import assert from "node:assert/strict";
import { test } from "node:test";

import { currentNotices, nextOccurrence, type Meeting, type Notice } from "../src/index.js";
import { meeting } from "./made_up.js";

function next(fields: Partial<Meeting>, now: string): string | undefined {
  const found = nextOccurrence(meeting("a", fields), new Date(now));
  return found && `${found.date} ${found.start.toISOString().slice(0, 16)}${found.underWay ? " now" : ""}`;
}

let number = 0;
function notice(kind: string, from: string, fields: Partial<Notice> = {}): Notice {
  number += 1;
  return { id: `n${number}`, kind, from, ...fields };
}

test("the next start is in the meeting's zone, wherever the phone is", () => {
  assert.equal(next({}, "2026-05-04T17:00:00Z"), "2026-05-04 2026-05-05T00:00");
  assert.equal(next({ timezone: "Asia/Kolkata" }, "2026-05-04T17:00:00Z"), "2026-05-11 2026-05-11T13:30");
  assert.equal(next({ timezone: "Pacific/Kiritimati", day: 0, time: "00:30" }, "2026-05-04T17:00:00Z"), "2026-05-10 2026-05-09T10:30");
  assert.equal(next({ timezone: "Pacific/Pago_Pago", day: 0, time: "23:30" }, "2026-05-04T10:00:00Z"), "2026-05-03 2026-05-04T10:30");
});

test("one that is under way is the next one until it is over, an hour where nothing is said", () => {
  assert.equal(next({}, "2026-05-05T00:59:59Z"), "2026-05-04 2026-05-05T00:00 now");
  assert.equal(next({}, "2026-05-05T01:00:00Z"), "2026-05-11 2026-05-12T00:00");
  assert.equal(next({ duration_minutes: 90 }, "2026-05-05T01:29:00Z"), "2026-05-04 2026-05-05T00:00 now");
});

test("an hour that is skipped moves the start, one that comes twice is the first", () => {
  const night = { timezone: "America/New_York", day: 0, time: "02:30" };
  assert.equal(next(night, "2026-03-08T00:00:00Z"), "2026-03-08 2026-03-08T07:30");
  assert.equal(next({ ...night, time: "01:30" }, "2026-11-01T00:00:00Z"), "2026-11-01 2026-11-01T05:30");
  // Samoa had no 30 December 2011.
  const samoa = { timezone: "Pacific/Apia", day: 5, time: "19:00" };
  assert.equal(next(samoa, "2011-12-28T00:00:00Z"), "2011-12-30 2011-12-31T05:00");
  // Half an hour on Lord Howe.
  const howe = { timezone: "Australia/Lord_Howe", day: 0, time: "02:15" };
  assert.equal(next(howe, "2026-10-03T00:00:00Z"), "2026-10-04 2026-10-03T15:45");
});

test("by appointment there is none, unless an extra meeting says its time", () => {
  const { day: _day, time: _time, ...rest } = meeting("a");
  const now = new Date("2026-05-04T17:00:00Z");
  assert.equal(nextOccurrence(rest, now), undefined);
  const extra = { ...rest, notices: [notice("extra", "2026-05-06", { time: "12:00" })] };
  assert.equal(nextOccurrence(extra, now)?.start.toISOString(), "2026-05-06T17:00:00.000Z");
  assert.equal(nextOccurrence({ ...rest, notices: [notice("open", "2026-05-06")] }, now), undefined);
});

test("notices are honoured", () => {
  const now = "2026-05-04T17:00:00Z";
  assert.equal(next({ notices: [notice("cancelled", "2026-05-04")] }, now), "2026-05-11 2026-05-12T00:00");
  assert.equal(next({ notices: [notice("closed", "2026-05-01", { to: "2026-05-17" })] }, now), "2026-05-18 2026-05-19T00:00");
  assert.equal(next({ notices: [notice("time", "2026-05-04", { time: "20:15" })] }, now), "2026-05-04 2026-05-05T01:15");
  assert.equal(next({ notices: [notice("moved", "2026-05-04")] }, now), "2026-05-04 2026-05-05T00:00");
  assert.equal(next({ notices: [notice("extra", "2026-05-04", { time: "13:00" })] }, now), "2026-05-04 2026-05-04T18:00");
  assert.equal(next({ notices: [notice("only", "2026-06-01", { to: "2026-06-30" })] }, now), "2026-06-01 2026-06-02T00:00");
  assert.equal(next({ notices: [notice("only", "2026-01-01", { to: "2026-01-31" })] }, now), undefined);
  assert.equal(next({ notices: [notice("speaker", "2026-05-04"), notice("what_is_this", "2026-05-04")] }, now), "2026-05-04 2026-05-05T00:00");
  const third = notice("business", "2026-01-01", { repeats: { weeks_of_month: [3] } });
  assert.equal(next({ notices: [third, { ...third, kind: "cancelled", repeats: { weeks_of_month: [1, 2, -1] } }] }, now), "2026-05-18 2026-05-19T00:00");
  const last = notice("only", "2026-01-01", { repeats: { weeks_of_month: [-1] } });
  assert.equal(next({ notices: [last] }, now), "2026-05-25 2026-05-26T00:00");
  const extras = notice("extra", "2026-04-15", { time: "12:00", repeats: { weeks_of_month: [2] } });
  assert.equal(next({ day: 6, notices: [extras] }, "2026-05-10T17:00:00Z"), "2026-05-13 2026-05-13T17:00");
});

test("a notice that is over is not shown any more", () => {
  const notices = [
    notice("cancelled", "2026-05-03"),
    notice("cancelled", "2026-05-04"),
    notice("only", "2026-01-01"),
    notice("open", "2026-01-01", { repeats: { weeks_of_month: [-1] } }),
  ];
  const shown = currentNotices(meeting("a", { notices }), new Date("2026-05-05T04:00:00Z"));
  assert.deepEqual(shown.map(({ id }) => id), notices.slice(1).map(({ id }) => id));
});
