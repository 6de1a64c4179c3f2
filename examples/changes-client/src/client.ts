// The copy and its keeping. The rules, which are all that a client of
// `GET /v1/meetings/changes` has to do:
//
// 1. Apply the items of a page in order, and keep the page's `next_cursor` in
//    the same commit.
// 2. Ask on at once while `has_more`; then some other time with the last cursor.
// 3. On 410 begin anew without a cursor. What is there stays to be looked at
//    until the new walk is through; then what it did not bring is swept away.

import { apply, type Commit, type Copy, type Favourite, type Position, type Storage } from "./storage.js";
import { ask, PATIENCE, Unreachable, WORLD, type Patience, type World } from "./transport.js";
import type { Meeting, Page } from "./types.js";

/** What to keep a copy of. */
export interface Scope {
  /** The address of the service, `https://directory.example.org`. */
  base: string;
  /** Id or slug of an intergroup; absent: everything. */
  intergroup?: string;
  /** The most meetings of a page, up to 2000. */
  limit?: number;
}

/** What a sync did. */
export interface Outcome {
  /** `current`: the copy is the scope. `offline`: later; what there is stays as it is. */
  state: "current" | "offline";
  /** How often the service was asked with success. */
  calls: number;
  upserted: number;
  deleted: number;
  /** Whether the copy had to be made anew. */
  restarted: boolean;
  /** Why it is `offline`. */
  error?: Unreachable;
}

/** The service refused what no waiting mends: the address is wrong, or this client. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(`the service refuses with ${status} ${code}`);
    this.status = status;
    this.code = code;
  }
}

/** A copy of the directory that is kept true. */
export class Directory {
  readonly #scope: Scope;
  readonly #storage: Storage;
  readonly #copy: Copy;
  readonly #world: World;
  readonly #patience: Patience;
  #syncing: Promise<Outcome> | undefined;

  private constructor(scope: Scope, storage: Storage, copy: Copy, world: World, patience: Patience) {
    this.#scope = scope;
    this.#storage = storage;
    this.#copy = copy;
    this.#world = world;
    this.#patience = patience;
  }

  /** Opens what was kept; asks nobody. */
  static async open(
    scope: Scope,
    storage: Storage,
    { world = WORLD, patience = PATIENCE }: { world?: World; patience?: Patience } = {},
  ): Promise<Directory> {
    return new Directory(scope, storage, await storage.load(), world, patience);
  }

  /** The meetings that are kept. */
  get meetings(): Meeting[] {
    return [...this.#copy.meetings.values()].map((kept) => kept.meeting);
  }

  /** A meeting that is kept. */
  meeting(id: string): Meeting | undefined {
    return this.#copy.meetings.get(id)?.meeting;
  }

  /** Whether the first walk has been through: before, searches find a part. */
  get complete(): boolean {
    return this.#copy.position.complete;
  }

  /** The favourites, each with its listing where there is one. */
  get favourites(): (Favourite & { meeting?: Meeting })[] {
    return [...this.#copy.favourites.values()].map((favourite) => {
      const meeting = this.meeting(favourite.id);
      return meeting ? { ...favourite, name: meeting.name, meeting } : favourite;
    });
  }

  /** Makes a meeting a favourite. */
  async favour(id: string): Promise<void> {
    const name = this.meeting(id)?.name;
    if (name === undefined) throw new Error("a favourite is a meeting of the copy");
    await this.#commit({ favourites: [{ id, name }] });
  }

  /** Makes it none any more. */
  async unfavour(id: string): Promise<void> {
    await this.#commit({ unfavourites: [id] });
  }

  /** Ids and names alone, for the vault: see "Favourites across devices". */
  exportFavourites(): Favourite[] {
    return this.favourites.map(({ id, name }) => ({ id, name }));
  }

  /** Takes over those of another device; nothing is lost on either. */
  async importFavourites(favourites: Favourite[]): Promise<void> {
    const fresh = favourites.filter(({ id }) => !this.#copy.favourites.has(id));
    await this.#commit({ favourites: fresh.map(({ id, name }) => ({ id, name })) });
  }

  /** Brings the copy up to date. A second call while one runs is the same one. */
  sync(signal?: AbortSignal): Promise<Outcome> {
    this.#syncing ??= this.#sync(signal).finally(() => {
      this.#syncing = undefined;
    });
    return this.#syncing;
  }

  async #sync(signal?: AbortSignal): Promise<Outcome> {
    const outcome: Outcome = { state: "current", calls: 0, upserted: 0, deleted: 0, restarted: false };
    try {
      while (await this.#page(outcome, signal)) signal?.throwIfAborted();
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      return { ...outcome, state: "offline", error };
    }
    return outcome;
  }

  /** Asks for one page and keeps it; whether there is more at once. */
  async #page(outcome: Outcome, signal?: AbortSignal): Promise<boolean> {
    const position = this.#copy.position;
    const headers: Record<string, string> = { accept: "application/json" };
    if (position.etag !== undefined) headers["if-none-match"] = position.etag;
    const { response, body } = await ask(this.#url(position), headers, this.#world, this.#patience, signal);
    if (response.status === 304) {
      outcome.calls += 1;
      return false;
    }
    if (response.status !== 200) return this.#anew(response.status, body, outcome);
    const page = readPage(body);
    outcome.calls += 1;
    const commit = commitOf(page, position, response.headers.get("etag"));
    await this.#commit(commit);
    outcome.upserted += commit.upserts?.length ?? 0;
    outcome.deleted += commit.deletes?.length ?? 0;
    return page.has_more;
  }

  /** Begins a new walk where the service cannot go on from the cursor. */
  async #anew(status: number, body: string, outcome: Outcome): Promise<boolean> {
    const code = codeOf(body);
    const { cursor, walk, complete } = this.#copy.position;
    const cursorIsNoGood = status === 410 || (status === 400 && code === "invalid_parameter");
    // Once a sync: otherwise something else is wrong.
    if (!cursorIsNoGood || cursor === undefined || outcome.restarted) throw new Refused(status, code);
    outcome.restarted = true;
    await this.#commit({ position: { walk: walk + 1, walking: true, complete } });
    return true;
  }

  #url({ cursor }: Position): string {
    const query = new URLSearchParams({ limit: String(this.#scope.limit ?? 1_000) });
    if (this.#scope.intergroup !== undefined) query.set("intergroup_id", this.#scope.intergroup);
    if (cursor !== undefined) query.set("cursor", cursor);
    return `${this.#scope.base.replace(/\/+$/, "")}/v1/meetings/changes?${query}`;
  }

  /** First kept, then shown: what is seen is never lost by a kill. */
  async #commit(commit: Commit): Promise<void> {
    await this.#storage.commit(commit);
    apply(this.#copy, commit);
  }

  /**
   * Asks what became of favourites that are not in the copy. One that was
   * merged into another becomes that one; one that is gone says so and stays,
   * until its owner lets it go; one that another office lists now stays.
   */
  async mendFavourites(signal?: AbortSignal): Promise<void> {
    for (const favourite of this.favourites) {
      if (favourite.meeting || favourite.gone) continue;
      const url = `${this.#scope.base.replace(/\/+$/, "")}/v1/meetings/${encodeURIComponent(favourite.id)}`;
      const { response, body } = await ask(url, { accept: "application/json" }, this.#world, this.#patience, signal);
      if (response.status !== 410 && response.status !== 404) continue;
      const instead = response.status === 410 ? replacementOf(body) : undefined;
      const { id, name } = favourite;
      if (instead === undefined) await this.#commit({ favourites: [{ id, name, gone: true }] });
      else {
        const renamed = this.meeting(instead)?.name ?? name;
        await this.#commit({ unfavourites: [id], favourites: [{ id: instead, name: renamed }] });
      }
    }
  }
}

/** What a page changes. */
function commitOf(page: Page, position: Position, etag: string | null): Commit {
  // The last word on a meeting counts; in one commit the order of different ones does not matter.
  const last = new Map(page.data.map((item) => [item.id, item]));
  const upserts: Meeting[] = [];
  const deletes: string[] = [];
  for (const item of last.values()) {
    if (item.op === "delete") deletes.push(item.id);
    // An operation that this client does not know says what the meeting is now, if it says anything.
    else if (item.meeting) upserts.push(item.meeting);
  }
  const { walk } = position;
  const walking = position.walking && page.has_more;
  const next: Position = { walk, walking, complete: position.complete || !walking, cursor: page.next_cursor };
  // Asked with the same cursor again, the same nothing has the same tag.
  if (etag !== null && page.next_cursor === position.cursor) next.etag = etag;
  const commit: Commit = { upserts, deletes, position: next };
  if (position.walking && !walking) commit.sweep = walk;
  return commit;
}

function readPage(body: string): Page {
  const page = JSON.parse(body) as Partial<Page> | null;
  if (!page || !Array.isArray(page.data) || typeof page.has_more !== "boolean" || typeof page.next_cursor !== "string") {
    throw new Refused(200, "no page of changes");
  }
  return page as Page;
}

function codeOf(body: string): string {
  return String(problem(body)["code"] ?? "unknown");
}

function replacementOf(body: string): string | undefined {
  const instead = problem(body)["replaced_by"];
  return typeof instead === "string" ? instead : undefined;
}

function problem(body: string): Record<string, unknown> {
  try {
    return (JSON.parse(body) as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}
