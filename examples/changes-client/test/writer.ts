// Commits without end and says what is kept, until it is killed. Started by the
// test of the storage: `writer.js FILE FIRST`.

import { FileStorage } from "../src/index.js";
import { meeting } from "./made_up.js";

const [path, first] = process.argv.slice(2);
const storage = new FileStorage(path!);
await storage.load();
for (let n = Number(first); ; n += 1) {
  await storage.commit({ upserts: [meeting(`m${n}`)], position: { walk: 1, walking: false, complete: true, cursor: String(n) } });
  process.stdout.write(`${n}\n`);
}
