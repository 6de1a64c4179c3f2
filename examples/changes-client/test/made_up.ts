// Things of the tests: a service that is made up, and a world without waiting.

import type { World } from "../src/index.js";
import type { Item, Meeting, Page } from "../src/index.js";

/** A meeting: Mondays at 19:00 in Chicago, online. */
export function meeting(id: string, fields: Partial<Meeting> = {}): Meeting {
  return {
    id,
    slug: id,
    name: `Meeting ${id}`,
    intergroup: { id: "office", slug: "lantern", name: "Lantern" },
    day: 1,
    time: "19:00",
    timezone: "America/Chicago",
    attendance: "online",
    types: ["O"],
    notices: [],
    ...fields,
  };
}

export const upsert = (one: Meeting): Item => ({ op: "upsert", id: one.id, meeting: one });
export const remove = (id: string): Item => ({ op: "delete", id });

type Answer = { status: number; body?: unknown; headers?: Record<string, string> } | Error;

/** A world in which answers are what the test says, and pauses are written down. */
export class MadeUp {
  readonly asked: { url: URL; headers: Record<string, string> }[] = [];
  readonly pauses: number[] = [];
  readonly answers: (Answer | ((url: URL, headers: Record<string, string>) => Answer))[] = [];
  random = 0.5;

  readonly world: World = {
    fetch: async (text, { headers, signal }) => {
      signal?.throwIfAborted();
      const url = new URL(text);
      this.asked.push({ url, headers });
      const next = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
      const answer = typeof next === "function" ? next(url, headers) : (next ?? new TypeError("fetch failed"));
      if (answer instanceof Error) throw answer;
      const body = answer.status === 304 ? null : JSON.stringify(answer.body ?? {});
      return new Response(body, { status: answer.status, headers: answer.headers ?? {} });
    },
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      this.pauses.push(milliseconds);
    },
    random: () => this.random,
    now: () => new Date("2026-05-04T17:00:00Z"),
  };

  page(page: Page, headers: Record<string, string> = {}): this {
    this.answers.push({ status: 200, body: page, headers });
    return this;
  }

  says(status: number, body: unknown = {}, headers: Record<string, string> = {}): this {
    this.answers.push({ status, body, headers });
    return this;
  }

  offline(): this {
    this.answers.push(new TypeError("fetch failed"));
    return this;
  }
}

/**
 * A service that keeps books as the real one does: a clock, what changed when,
 * and what went when. A cursor is a place in a walk or in the changes.
 */
export class Service {
  #clock = 0;
  readonly #meetings = new Map<string, { meeting: Meeting; changed: number }>();
  readonly #gone = new Map<string, number>();
  #epoch = 1;

  write(one: Meeting): void {
    this.#clock += 1;
    this.#meetings.set(one.id, { meeting: one, changed: this.#clock });
    this.#gone.delete(one.id);
  }

  remove(id: string): void {
    this.#clock += 1;
    if (this.#meetings.delete(id)) this.#gone.set(id, this.#clock);
  }

  /** Forgets what went: cursors from before are of no use any more. */
  forget(): void {
    this.#epoch += 1;
    this.#gone.clear();
  }

  get scope(): Map<string, Meeting> {
    return new Map([...this.#meetings].map(([id, { meeting }]) => [id, meeting]));
  }

  answer(url: URL): Answer {
    const limit = Number(url.searchParams.get("limit"));
    const cursor = url.searchParams.get("cursor")?.split("/");
    if (cursor && Number(cursor[0]) !== this.#epoch) return { status: 410, body: { code: "cursor_expired" } };
    const [, kind, since, last] = cursor ?? ["", "walk", String(this.#clock), ""];
    if (kind === "walk") {
      const rest = [...this.#meetings.keys()].filter((id) => id > last!).sort();
      const data = rest.slice(0, limit).map((id) => upsert(this.#meetings.get(id)!.meeting));
      const more = rest.length > limit;
      const next = more ? `walk/${since}/${data.at(-1)!.id}` : `changes/${since}/`;
      return { status: 200, body: { data, has_more: more || this.#clock > Number(since), next_cursor: `${this.#epoch}/${next}` } };
    }
    const changed = [...this.#meetings.values()].map(({ meeting, changed }): [number, Item] => [changed, upsert(meeting)]);
    const gone = [...this.#gone].map(([id, when]): [number, Item] => [when, remove(id)]);
    const rest = [...changed, ...gone].filter(([when]) => when > Number(since)).sort((a, b) => a[0] - b[0]);
    const told = rest.slice(0, limit);
    const next_cursor = `${this.#epoch}/changes/${told.at(-1)?.[0] ?? since}/`;
    return { status: 200, body: { data: told.map(([, item]) => item), has_more: rest.length > limit, next_cursor } };
  }
}
