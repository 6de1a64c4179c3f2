import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Directory, FileStorage, MemoryStorage, type Commit, type Storage } from "../src/index.js";
import { MadeUp, meeting, Service } from "./made_up.js";

const folder = await mkdtemp(join(tmpdir(), "openchair-copy-"));
after(() => rm(folder, { recursive: true }));
const scope = { base: "https://directory.example.org", limit: 3 };

/** Random numbers that are the same for the same seed. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test("what was committed is there after every end of the file that a kill may leave", async () => {
  const path = join(folder, "torn");
  const storage = new FileStorage(path);
  await storage.load();
  const commits: Commit[] = [];
  const ends = [(await stat(path)).size];
  for (let n = 0; n < 6; n += 1) {
    const commit: Commit = {
      upserts: [meeting(`m${n}`, { name: `Ein Töpfchen ${n} 🏮` })],
      deletes: n % 3 === 2 ? [`m${n - 1}`] : [],
      position: { walk: 1, walking: n < 3, complete: n >= 3, cursor: String(n) },
      favourites: n === 1 ? [{ id: "m0", name: "M" }] : [],
    };
    commits.push(commit);
    await storage.commit(commit);
    ends.push((await stat(path)).size);
  }
  await storage.close();
  const whole = await readFile(path);
  for (let length = 0; length <= whole.length; length += 1) {
    await writeFile(path, whole.subarray(0, length));
    const torn = new FileStorage(path);
    const copy = await torn.load();
    // A commit is there when its whole line is, and else nothing of it.
    const kept = ends.filter((end) => end <= length).length - 1;
    assert.equal(copy.position.cursor, kept > 0 ? String(kept - 1) : undefined, `${length}`);
    const expected = new MemoryStorage();
    for (const commit of commits.slice(0, Math.max(0, kept))) await expected.commit(commit);
    assert.deepEqual(copy, await expected.load());
    // And it can be gone on with.
    await torn.commit({ position: { walk: 9, walking: false, complete: true } });
    await torn.close();
    const again = new FileStorage(path);
    assert.equal((await again.load()).position.walk, 9);
    await again.close();
  }
});

test("a file that is something else is not touched", async () => {
  const path = join(folder, "other");
  await writeFile(path, "my diary\n");
  await assert.rejects(new FileStorage(path).load());
  assert.equal(await readFile(path, "utf8"), "my diary\n");
  await truncate(path, 0);
  await appendFile(path, "half a li");
  const storage = new FileStorage(path);
  assert.equal((await storage.load()).meetings.size, 0);
  await storage.close();
});

test("a journal that has grown is written anew and says the same", async () => {
  const path = join(folder, "long");
  const storage = new FileStorage(path);
  await storage.load();
  const notes = "x".repeat(50_000);
  for (let n = 0; n < 400; n += 1) {
    const walk = n < 200 ? 1 : 2;
    await storage.commit({ upserts: [meeting(`m${n % 7}`, { notes, name: `${n}` })], position: { walk, walking: true, complete: false, cursor: `${n}` } });
  }
  await storage.commit({ favourites: [{ id: "m1", name: "M" }] });
  assert.ok((await stat(path)).size < 10 << 20);
  await storage.close();
  const again = new FileStorage(path);
  const copy = await again.load();
  assert.equal(copy.position.cursor, "399");
  assert.deepEqual([...copy.meetings].map(([id, kept]) => [id, kept.meeting.name, kept.walk]).sort(), [
    ["m0", "399", 2], ["m1", "393", 2], ["m2", "394", 2], ["m3", "395", 2], ["m4", "396", 2], ["m5", "397", 2], ["m6", "398", 2],
  ]);
  assert.deepEqual([...copy.favourites.keys()], ["m1"]);
  await again.close();
});

/** Fails at some commit, before or after it is kept: the app is killed there. */
class Killed implements Storage {
  readonly inner: Storage;
  commits: number;
  readonly keeps: boolean;

  constructor(inner: Storage, commits: number, keeps: boolean) {
    this.inner = inner;
    this.commits = commits;
    this.keeps = keeps;
  }

  load(): ReturnType<Storage["load"]> {
    return this.inner.load();
  }

  async commit(commit: Commit): Promise<void> {
    this.commits -= 1;
    if (this.commits === 0 && this.keeps) await this.inner.commit(commit);
    if (this.commits <= 0) throw new Error("killed");
    await this.inner.commit(commit);
  }
}

test("killed at any commit, it ends with exactly the scope and all favourites", async () => {
  for (let seed = 1; seed <= 150; seed += 1) {
    const chance = dice(seed);
    const service = new Service();
    const made = new MadeUp();
    made.answers.push((url) => service.answer(url));
    const storage = new MemoryStorage();
    const favoured = new Set<string>();
    for (let n = 0; n < 8; n += 1) service.write(meeting(`m${chance(20)}`, { name: `${n}` }));
    for (let life = 0; life < 12; life += 1) {
      const killed = new Killed(storage, 1 + chance(4), chance(2) === 0);
      const directory = await Directory.open(scope, killed, { world: made.world });
      const [one] = directory.meetings;
      if (one && chance(3) === 0) {
        // A favourite counts once it has been said that it is kept.
        await directory.favour(one.id).then(() => favoured.add(one.id), () => {});
      }
      for (let n = chance(4); n > 0; n -= 1) {
        await directory.sync().catch((error: Error) => assert.equal(error.message, "killed"));
        const id = `m${chance(20)}`;
        if (chance(3) === 0) service.remove(id);
        else service.write(meeting(id, { name: `${seed} ${life} ${n}` }));
        if (chance(8) === 0) service.forget();
      }
    }
    const directory = await Directory.open(scope, storage, { world: made.world });
    assert.equal((await directory.sync()).state, "current");
    assert.deepEqual(new Map(directory.meetings.map((one) => [one.id, one])), service.scope, `seed ${seed}`);
    const kept = new Set(directory.favourites.map(({ id }) => id));
    for (const id of favoured) assert.ok(kept.has(id), `seed ${seed}: favourite ${id}`);
  }
});

test("a process killed with SIGKILL in the middle of writing loses nothing that it said was kept", async () => {
  const path = join(folder, "killed");
  const writer = fileURLToPath(new URL("./writer.js", import.meta.url));
  let kept = -1;
  for (let life = 0; life < 8; life += 1) {
    const child = spawn(process.execPath, [writer, path, String(kept + 1)], { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    child.stdout.on("data", (data: Buffer) => {
      said += data.toString();
      if (said.split("\n").length > 3 + life * 2) child.kill("SIGKILL");
    });
    await new Promise((resolve) => child.on("close", resolve));
    const whole = said.split("\n").slice(0, -1).map(Number);
    kept = whole.at(-1) ?? kept;
    const storage = new FileStorage(path);
    const copy = await storage.load();
    await storage.close();
    const found = Number(copy.position.cursor);
    // What was being written may be there too, and then whole.
    assert.ok(found >= kept, `${found} is there, ${kept} was said`);
    assert.equal(copy.meetings.size, found + 1);
    kept = found;
  }
});
