// A copy in a file: a journal, one commit a line. A line counts once its end is
// there; what a kill left of the last one is cut off. When the journal has
// grown far beyond what it says, it is written anew beside and renamed over.
//
// On a phone the same is a table of a local database (a commit is one
// transaction), in a browser IndexedDB (one `readwrite` transaction).

import { open, rename, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

import { apply, emptyCopy, type Commit, type Copy, type Storage } from "./storage.js";

/** How much longer than the copy itself a journal may be, in bytes. */
const SLACK = 8 << 20;
const FORMAT = "openchair-copy 1";

/** Keeps a copy in a file. One at a time may have it open. */
export class FileStorage implements Storage {
  readonly #path: string;
  #file: FileHandle | undefined;
  /** The length of the journal, and of what was written when it was last made anew. */
  #length = 0;
  #base = 0;
  #copy = emptyCopy();

  constructor(path: string) {
    this.#path = path;
  }

  async load(): Promise<Copy> {
    await this.close();
    const file = await open(this.#path, "a+", 0o600);
    this.#file = file;
    this.#copy = emptyCopy();
    const bytes = await file.readFile();
    this.#length = bytes.lastIndexOf(10) + 1;
    const lines = bytes.subarray(0, this.#length).toString("utf8").split("\n").slice(0, -1);
    if (lines.length > 0 && lines[0] !== FORMAT) {
      await this.close();
      throw new Error(`${this.#path} is no copy of this kind`);
    }
    for (const line of lines.slice(1)) apply(this.#copy, JSON.parse(line) as Commit);
    // Behind the last whole line there is nothing but what a kill left.
    if (this.#length < bytes.length) await file.truncate(this.#length);
    if (this.#length === 0) await this.#append(FORMAT);
    this.#base = Math.min(this.#base || this.#length, this.#length);
    return structuredClone(this.#copy);
  }

  async commit(commit: Commit): Promise<void> {
    if (!this.#file) throw new Error("load it first");
    await this.#append(JSON.stringify(commit));
    apply(this.#copy, structuredClone(commit));
    if (this.#length > 2 * this.#base + SLACK) await this.#rewrite();
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  async #append(line: string): Promise<void> {
    const bytes = Buffer.from(`${line}\n`, "utf8");
    try {
      await this.#file!.appendFile(bytes);
      await this.#file!.sync();
    } catch (error) {
      // The disk is full, say: whatever was written of the line must not stay before the next one.
      await this.#file!.truncate(this.#length).catch(() => {});
      throw error;
    }
    this.#length += bytes.length;
  }

  async #rewrite(): Promise<void> {
    const beside = `${this.#path}.new`;
    const { position, meetings, favourites } = this.#copy;
    const lines = [FORMAT];
    // Those of former walks first, each under its own.
    const walks = new Set([...meetings.values()].map((kept) => kept.walk));
    for (const walk of [...walks].sort((a, b) => a - b)) {
      const upserts = [...meetings.values()].filter((kept) => kept.walk === walk).map((kept) => kept.meeting);
      lines.push(JSON.stringify({ upserts, position: { ...position, walk } } satisfies Commit));
    }
    lines.push(JSON.stringify({ position, favourites: [...favourites.values()] } satisfies Commit));
    const bytes = Buffer.from(`${lines.join("\n")}\n`, "utf8");
    const file = await open(beside, "w", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, this.#path);
    // The new name is kept once the folder is.
    const folder = await open(dirname(this.#path), "r");
    await folder.sync().catch(() => {});
    await folder.close();
    await this.#file!.close();
    this.#file = await open(this.#path, "a+", 0o600);
    this.#length = this.#base = bytes.length;
  }
}
