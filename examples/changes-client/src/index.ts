// Keeps a copy of a directory on the device. See README.md.

export { Directory, Refused, type Outcome, type Scope } from "./client.js";
export { FileStorage } from "./file_storage.js";
export { currentNotices, nextOccurrence, type Occurrence } from "./schedule.js";
export { distance, search, type Found, type Query } from "./search.js";
export { MemoryStorage, type Commit, type Copy, type Favourite, type Kept, type Position, type Storage } from "./storage.js";
export { PATIENCE, Unreachable, WORLD, type Patience, type World } from "./transport.js";
export type { Item, Meeting, Notice, Page, Place } from "./types.js";
