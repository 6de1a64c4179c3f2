// Keeps a copy of what a running service has, and compares it with what the
// service says: `against_server.js http://127.0.0.1:8080 lantern-rivers`.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Directory, FileStorage, nextOccurrence, search, type Meeting } from "../src/index.js";

interface Answer extends Meeting {
  next_start?: string;
  next_end?: string;
  under_way?: boolean;
}

const [base, intergroup] = process.argv.slice(2);
if (base === undefined) throw new Error("usage: against_server.js ADDRESS [INTERGROUP]");
const folder = await mkdtemp(join(tmpdir(), "openchair-against-"));
try {
  const path = join(folder, "copy");
  const scope = { base, limit: 50, ...(intergroup !== undefined && { intergroup }) };
  let storage = new FileStorage(path);
  let directory = await Directory.open(scope, storage);
  const first = await directory.sync();
  assert.equal(first.state, "current");
  assert.ok(first.calls > 1, "pages of 50 are several");

  // Closed and opened, it is there without a call; asked again, there is nothing new.
  await storage.close();
  storage = new FileStorage(path);
  directory = await Directory.open(scope, storage);
  assert.equal(directory.meetings.length, first.upserted);
  const again = await directory.sync();
  assert.deepEqual([again.upserted, again.deleted, again.restarted], [0, 0, false]);

  // The copy is what a search finds, field by field, and the phone reckons the same next starts.
  const now = new Date();
  const shown = await searched(base, intergroup);
  assert.equal(shown.size, directory.meetings.length);
  let compared = 0;
  for (const kept of directory.meetings) {
    const answer = shown.get(kept.id);
    assert.ok(answer, kept.id);
    const { next_start, next_end, under_way, ...rest } = answer;
    delete rest["synced_on"];
    assert.deepEqual({ ...kept, notices: [] }, { ...rest, notices: [] });
    const next = nextOccurrence(kept, now);
    // A minute may turn between the two.
    const turned = next_end !== undefined && Math.abs(Date.parse(next_end) - now.getTime()) < 60_000;
    if (turned) continue;
    assert.equal(next?.start.toISOString().replace(".000", ""), next_start, JSON.stringify(kept));
    compared += 1;
  }
  const places = directory.meetings.filter(({ location }) => location?.latitude !== undefined);
  const { latitude, longitude } = places[0]!.location!;
  const near = { latitude: latitude!, longitude: longitude!, radius_m: 3_000 };
  const found = search(directory.meetings, { near }, now);

  await directory.favour(directory.meetings[0]!.id);
  await directory.mendFavourites();
  await storage.close();
  console.log(`${first.upserted} meetings in ${first.calls} calls; ${compared} next starts agree; ${found.length} near by`);
} finally {
  await rm(folder, { recursive: true });
}

/** All that a search finds. */
async function searched(base: string, intergroup: string | undefined): Promise<Map<string, Answer>> {
  const found = new Map<string, Answer>();
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ attendance: "in_person,online,hybrid,inactive", limit: "100" });
    if (intergroup !== undefined) query.set("intergroup_id", intergroup);
    if (cursor !== undefined) query.set("cursor", cursor);
    const response = await fetch(`${base}/v1/meetings?${query}`);
    assert.equal(response.status, 200);
    const page = (await response.json()) as { data: Answer[]; next_cursor?: string };
    for (const one of page.data) found.set(one.id, one);
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  return found;
}
