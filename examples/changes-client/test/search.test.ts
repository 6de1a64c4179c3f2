import assert from "node:assert/strict";
import { test } from "node:test";

import { distance, search, type Meeting, type Query } from "../src/index.js";
import { meeting } from "./made_up.js";

const now = new Date("2026-05-04T17:00:00Z");
const here = { latitude: 41.88, longitude: -87.63 };

function at(id: string, north_m: number, fields: Partial<Meeting> = {}): Meeting {
  const place = { id: "p", approximate: false, latitude: here.latitude + north_m / 111_195, longitude: here.longitude };
  return meeting(id, { attendance: "in_person", location: place, ...fields });
}

function found(meetings: Meeting[], query: Query): string[] {
  return search(meetings, query, now).map(({ meeting }) => meeting.id);
}

test("near a place is where one can go, the nearest first", () => {
  const meetings = [
    at("far", 3_000),
    at("near", 500, { attendance: "hybrid" }),
    at("online", 100, { attendance: "online" }),
    at("town", 200, { location: { ...at("x", 200).location!, approximate: true } }),
    meeting("nowhere", { attendance: "in_person" }),
    at("out", 5_200),
  ];
  const near = { ...here, radius_m: 5_000 };
  assert.deepEqual(found(meetings, { near }), ["near", "far"]);
  assert.deepEqual(found(meetings, { near, attendance: ["online"] }), ["online"]);
  const [first] = search(meetings, { near }, now);
  assert.ok(Math.abs(first!.distance_m! - 500) < 1);
  const antipode = distance({ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 180 });
  assert.ok(Math.abs(antipode - Math.PI * 6_371_008.8) < 1);
});

test("day and time are those of the meeting's own clock", () => {
  const meetings = [
    meeting("monday"),
    meeting("tuesday", { day: 2, time: "07:00" }),
    meeting("night", { day: 5, time: "23:30" }),
    meeting("inactive", { attendance: "inactive" }),
  ];
  assert.deepEqual(found(meetings, {}), ["monday", "tuesday", "night"]);
  assert.deepEqual(found(meetings, { days: [2, 5] }), ["tuesday", "night"]);
  assert.deepEqual(found(meetings, { startsAfter: "07:00", startsBefore: "19:00" }), ["tuesday"]);
  assert.deepEqual(found(meetings, { startsAfter: "23:00", startsBefore: "08:00" }), ["tuesday", "night"]);
  assert.deepEqual(found(meetings, { startsAfter: "19:00" }), ["monday", "night"]);
  assert.deepEqual(found(meetings, { withinMinutes: 8 * 60 }), ["monday"]);
  assert.deepEqual(found(meetings, { types: ["O", "W"] }), []);
  const { day: _day, time: _time, ...appointment } = meeting("appointment");
  assert.deepEqual(found([appointment], { startsAfter: "00:00" }), []);
  assert.deepEqual(found([appointment, ...meetings], {}).at(-1), "appointment");
});

test("two thousand meetings are searched before anybody notices", () => {
  const meetings = Array.from({ length: 2_000 }, (_, n) => at(`m${n}`, n, { day: n % 7, time: `${String(n % 24).padStart(2, "0")}:15` }));
  search(meetings, { near: { ...here, radius_m: 2_000 } }, now);
  const begun = performance.now();
  const all = search(meetings, { near: { ...here, radius_m: 2_000 } }, now);
  const took = performance.now() - begun;
  assert.equal(all.length, 2_000);
  assert.ok(took < 1_000, `${took} ms`);
});
