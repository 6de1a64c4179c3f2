// Where a copy lies. Everything that belongs together is one `Commit`, and a
// storage takes a commit whole or not at all, also when the app is killed in
// the middle of it: that is all that the client asks of it.

import type { Meeting } from "./types.js";

/** Where the client stands. */
export interface Position {
  /** Counts the walks over the whole scope; each meeting is kept with the one that last brought it. */
  walk: number;
  /** Whether the present walk is not over yet. */
  walking: boolean;
  /** Whether any walk has been through: before, there is only a part of the scope. */
  complete: boolean;
  /** What to ask with next; absent at the beginning of a walk. */
  cursor?: string;
  /** The `ETag` of the last answer to that cursor that told nothing. */
  etag?: string;
}

/** A meeting that its owner wants at hand, also when its listing is gone. */
export interface Favourite {
  id: string;
  /** What to show where there is no listing (any more). */
  name: string;
  /** Whether the service says that there is no such meeting any more. */
  gone?: boolean;
}

/** What is kept of a meeting. */
export interface Kept {
  meeting: Meeting;
  walk: number;
}

/** All that is kept. */
export interface Copy {
  position: Position;
  meetings: Map<string, Kept>;
  favourites: Map<string, Favourite>;
}

/** Changes that belong together. They are applied in the order of these fields. */
export interface Commit {
  upserts?: Meeting[];
  deletes?: string[];
  /** Forget meetings that no walk since this one has brought. */
  sweep?: number;
  position?: Position;
  favourites?: Favourite[];
  unfavourites?: string[];
}

/** Where a copy lies. */
export interface Storage {
  /** All that was committed. */
  load(): Promise<Copy>;
  /** Keeps a commit; resolves when nothing can lose it any more. */
  commit(commit: Commit): Promise<void>;
}

/** A copy of nothing. */
export function emptyCopy(): Copy {
  return { position: { walk: 1, walking: true, complete: false }, meetings: new Map(), favourites: new Map() };
}

/** What a copy is after a commit. */
export function apply(copy: Copy, commit: Commit): void {
  const walk = (commit.position ?? copy.position).walk;
  for (const meeting of commit.upserts ?? []) copy.meetings.set(meeting.id, { meeting, walk });
  for (const id of commit.deletes ?? []) copy.meetings.delete(id);
  if (commit.sweep !== undefined) {
    for (const [id, kept] of copy.meetings) if (kept.walk < commit.sweep) copy.meetings.delete(id);
  }
  if (commit.position) copy.position = commit.position;
  for (const favourite of commit.favourites ?? []) copy.favourites.set(favourite.id, favourite);
  for (const id of commit.unfavourites ?? []) copy.favourites.delete(id);
}

/** Keeps a copy for as long as the process lives. */
export class MemoryStorage implements Storage {
  readonly #copy = emptyCopy();

  async load(): Promise<Copy> {
    return structuredClone(this.#copy);
  }

  async commit(commit: Commit): Promise<void> {
    apply(this.#copy, structuredClone(commit));
  }
}
