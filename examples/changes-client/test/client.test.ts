import assert from "node:assert/strict";
import { test } from "node:test";

import { Directory, MemoryStorage, Refused } from "../src/index.js";
import { MadeUp, meeting, remove, upsert } from "./made_up.js";

const scope = { base: "https://directory.example.org/", intergroup: "lantern" };

async function opened(made: MadeUp, storage = new MemoryStorage()): Promise<Directory> {
  return Directory.open(scope, storage, { world: made.world });
}

const ids = (directory: Directory): string[] => directory.meetings.map(({ id }) => id).sort();

test("it walks, then asks for changes with the last cursor", async () => {
  const made = new MadeUp()
    .page({ data: [upsert(meeting("a")), upsert(meeting("b"))], has_more: true, next_cursor: "1" })
    .page({ data: [upsert(meeting("c"))], has_more: false, next_cursor: "2" })
    .page({ data: [remove("a"), upsert(meeting("b", { name: "B" }))], has_more: false, next_cursor: "3" });
  const directory = await opened(made);
  assert.equal(directory.complete, false);
  const first = await directory.sync();
  assert.deepEqual(first, { state: "current", calls: 2, upserted: 3, deleted: 0, restarted: false });
  assert.deepEqual(ids(directory), ["a", "b", "c"]);
  assert.equal(directory.complete, true);
  await directory.sync();
  assert.deepEqual(ids(directory), ["b", "c"]);
  assert.equal(directory.meeting("b")?.name, "B");
  const asked = made.asked.map(({ url }) => url.search);
  assert.deepEqual(asked, [
    "?limit=1000&intergroup_id=lantern",
    "?limit=1000&intergroup_id=lantern&cursor=1",
    "?limit=1000&intergroup_id=lantern&cursor=2",
  ]);
  assert.equal(made.asked[0]!.url.pathname, "/v1/meetings/changes");
});

test("the last word on a meeting counts", async () => {
  const made = new MadeUp().page({
    data: [upsert(meeting("a")), remove("a"), remove("b"), upsert(meeting("b"))],
    has_more: false,
    next_cursor: "1",
  });
  const directory = await opened(made);
  await directory.sync();
  assert.deepEqual(ids(directory), ["b"]);
});

test("nothing new is asked for by its tag, and only with the same cursor", async () => {
  const made = new MadeUp()
    .page({ data: [upsert(meeting("a"))], has_more: false, next_cursor: "1" }, { etag: '"walk"' })
    .page({ data: [], has_more: false, next_cursor: "1" }, { etag: '"nothing"' })
    .says(304)
    .page({ data: [remove("a")], has_more: false, next_cursor: "2" }, { etag: '"news"' })
    .page({ data: [], has_more: false, next_cursor: "2" });
  const directory = await opened(made);
  for (let n = 0; n < 5; n += 1) assert.equal((await directory.sync()).state, "current");
  const tags = made.asked.map(({ headers }) => headers["if-none-match"]);
  assert.deepEqual(tags, [undefined, undefined, '"nothing"', '"nothing"', undefined]);
  assert.deepEqual(ids(directory), []);
});

test("410 begins anew: what is there stays until the new walk is through, favourites for good", async () => {
  const made = new MadeUp()
    .page({ data: ["a", "b", "c"].map((id) => upsert(meeting(id))), has_more: false, next_cursor: "1" });
  const directory = await opened(made);
  await directory.sync();
  await directory.favour("a");
  await directory.favour("b");
  made.answers.length = 0;
  made
    .says(410, { code: "cursor_expired" })
    .page({ data: [upsert(meeting("b", { name: "B" }))], has_more: true, next_cursor: "2" })
    .says(503);
  const broken = await directory.sync();
  assert.deepEqual([broken.state, broken.restarted], ["offline", true]);
  assert.deepEqual(ids(directory), ["a", "b", "c"], "half a walk takes nothing away");
  assert.equal(directory.complete, true);
  made.answers.length = 0;
  made.page({ data: [upsert(meeting("d"))], has_more: false, next_cursor: "3" });
  assert.equal((await directory.sync()).restarted, false);
  assert.equal(made.asked.at(-1)!.url.searchParams.get("cursor"), "2");
  assert.deepEqual(ids(directory), ["b", "d"]);
  const favourites = directory.favourites.map(({ id, name, meeting }) => [id, name, meeting !== undefined]);
  assert.deepEqual(favourites, [["a", "Meeting a", false], ["b", "B", true]]);
});

test("a cursor that is none begins anew once, anything else is told", async () => {
  const made = new MadeUp().page({ data: [upsert(meeting("a"))], has_more: false, next_cursor: "1" });
  const directory = await opened(made);
  await directory.sync();
  made.answers.length = 0;
  made.says(400, { code: "invalid_parameter" });
  await assert.rejects(directory.sync(), (error) => error instanceof Refused && error.code === "invalid_parameter");
  assert.deepEqual(ids(directory), ["a"]);
  made.answers.length = 0;
  made.says(404, { code: "not_found" });
  await assert.rejects(directory.sync(), Refused);
  made.answers.length = 0;
  made.says(200, { data: [], has_more: false });
  await assert.rejects(directory.sync(), Refused);
});

test("busy and offline are waited for, ever longer and by chance, then left for later", async () => {
  const made = new MadeUp()
    .offline()
    .says(503, {}, { "retry-after": "2" })
    .says(429, {}, { "retry-after": "Mon, 04 May 2026 17:00:03 GMT" })
    .says(500)
    .page({ data: [upsert(meeting("a"))], has_more: false, next_cursor: "1" });
  const directory = await opened(made);
  assert.equal((await directory.sync()).state, "current");
  assert.deepEqual(made.pauses, [500, 2_000 + 1_000, 3_000 + 2_000, 4_000]);
  made.answers.length = 0;
  made.pauses.length = 0;
  made.offline();
  made.random = 1;
  const outcome = await directory.sync();
  assert.equal(outcome.state, "offline");
  assert.equal(outcome.error?.status, undefined);
  assert.deepEqual(made.pauses, [1_000, 2_000, 4_000, 8_000, 16_000]);
  assert.deepEqual(ids(directory), ["a"]);
  made.answers.length = 0;
  made.pauses.length = 0;
  made.says(429, {}, { "retry-after": "3600" });
  assert.equal((await directory.sync()).error?.status, 429);
  assert.deepEqual(made.pauses, [], "an hour is longer than anybody waits");
});

test("a sync can be called off, and two at once are one", async () => {
  const made = new MadeUp().offline();
  const directory = await opened(made);
  const stop = new AbortController();
  stop.abort(new Error("screen off"));
  await assert.rejects(directory.sync(stop.signal), /screen off/);
  made.answers.length = 0;
  made.page({ data: [], has_more: false, next_cursor: "1" });
  const [one, other] = await Promise.all([directory.sync(), directory.sync()]);
  assert.equal(one, other);
  assert.equal(made.asked.length, 1);
});

test("a favourite that was merged becomes the other, one that is gone says so", async () => {
  const made = new MadeUp().page({
    data: ["a", "b", "c", "d"].map((id) => upsert(meeting(id))),
    has_more: false,
    next_cursor: "1",
  });
  const directory = await opened(made);
  await directory.sync();
  for (const id of ["a", "b", "c"]) await directory.favour(id);
  made.answers.length = 0;
  made.page({ data: ["a", "b", "c"].map(remove), has_more: false, next_cursor: "2" });
  await directory.sync();
  made.answers.length = 0;
  made.answers.push((url) => {
    if (url.pathname.endsWith("/a")) return { status: 410, body: { code: "gone", replaced_by: "d" } };
    if (url.pathname.endsWith("/b")) return { status: 410, body: { code: "gone" } };
    return { status: 200, body: meeting("c") };
  });
  await directory.mendFavourites();
  const favourites = directory.favourites.map(({ id, name, gone }) => [id, name, gone ?? false]);
  assert.deepEqual(favourites.sort(), [["b", "Meeting b", true], ["c", "Meeting c", false], ["d", "Meeting d", false]]);
  const calls = made.asked.length;
  await directory.mendFavourites();
  assert.equal(made.asked.length, calls + 1, "only what is neither kept nor known to be gone is asked for");
});

test("favourites travel between devices, and none is lost on either", async () => {
  const page = { data: ["a", "b"].map((id) => upsert(meeting(id))), has_more: false, next_cursor: "1" };
  const [one, other] = await Promise.all([opened(new MadeUp().page(page)), opened(new MadeUp().page(page))]);
  await one.sync();
  await other.sync();
  await one.favour("a");
  await other.favour("b");
  await other.importFavourites(JSON.parse(JSON.stringify(one.exportFavourites())));
  assert.deepEqual(other.favourites.map(({ id }) => id).sort(), ["a", "b"]);
  await other.unfavour("b");
  assert.deepEqual(other.exportFavourites(), [{ id: "a", name: "Meeting a" }]);
  await assert.rejects(other.favour("nobody"));
});
