// Asking a service that may be busy, over a network that may not be there.

/** What the world does for the client; tests put in their own. */
export interface World {
  fetch: (url: string, init: { headers: Record<string, string>; signal?: AbortSignal }) => Promise<Response>;
  sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** A number from 0 to 1. */
  random: () => number;
  now: () => Date;
}

/** How patient the client is. */
export interface Patience {
  /** How often one page is asked for before giving up. */
  tries: number;
  /** The longest first pause, in milliseconds; it doubles with each further one. */
  firstPause: number;
  /** The longest pause of all. */
  longestPause: number;
  /** How long one answer may take. */
  timeout: number;
}

export const PATIENCE: Patience = { tries: 6, firstPause: 1_000, longestPause: 60_000, timeout: 30_000 };

export const WORLD: World = {
  fetch: (url, init) => fetch(url, init),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const timer = setTimeout(done, milliseconds);
      function done(): void {
        signal?.removeEventListener("abort", stopped);
        resolve();
      }
      function stopped(): void {
        clearTimeout(timer);
        reject(signal!.reason);
      }
      signal?.addEventListener("abort", stopped, { once: true });
    }),
  random: Math.random,
  now: () => new Date(),
};

/** There is no answer: no network, or the service is busy for longer than we are patient. */
export class Unreachable extends Error {
  /** The last status; absent where nothing answered. */
  readonly status: number | undefined;

  constructor(status: number | undefined, options?: ErrorOptions) {
    super(status === undefined ? "nothing answers" : `the service answers ${status}`, options);
    this.status = status;
  }
}

/**
 * Asks until there is an answer that is not about now: 429, 503, other failures
 * of the service or of the network are tried again, each after a longer pause. Of a
 * pause a random part is waited, so that thousands of phones that lost their
 * network together do not come back together; never less than `Retry-After`.
 */
export async function ask(
  url: string,
  headers: Record<string, string>,
  world: World,
  patience: Patience,
  signal?: AbortSignal,
): Promise<{ response: Response; body: string }> {
  let last: Unreachable | undefined;
  for (let attempt = 0; attempt < patience.tries; attempt += 1) {
    signal?.throwIfAborted();
    let retryAfter = 0;
    try {
      const within = AbortSignal.timeout(patience.timeout);
      const response = await world.fetch(url, { headers, signal: signal ? AbortSignal.any([signal, within]) : within });
      if (response.status !== 429 && response.status < 500) {
        // A body that breaks off is no answer either.
        return { response, body: await response.text() };
      }
      last = new Unreachable(response.status);
      retryAfter = seconds(response.headers.get("retry-after"), world.now());
    } catch (error) {
      signal?.throwIfAborted();
      last = new Unreachable(undefined, { cause: error });
    }
    if (attempt + 1 < patience.tries) {
      const longest = Math.min(patience.longestPause, patience.firstPause * 2 ** attempt);
      const pause = retryAfter * 1_000 + world.random() * longest;
      // Longer than we are patient: some other time.
      if (retryAfter * 1_000 > patience.longestPause) break;
      await world.sleep(pause, signal);
    }
  }
  throw last ?? new Unreachable(undefined);
}

/** `Retry-After`: seconds, or a date. */
function seconds(header: string | null, now: Date): number {
  if (header === null) return 0;
  const number = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - now.getTime()) / 1_000;
  return Number.isFinite(number) ? Math.max(0, number) : 0;
}
