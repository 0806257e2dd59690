import { fileHostCache } from '@srvkit/host-cache';
import { entryOf } from './cache-entry.ts';

// node soak/cache-writer.ts FILE SLOT FIRST: writes one entry after the other, and says the number of each that the cache has acknowledged.
const [file = '', slot = '', first = '0'] = process.argv.slice(2);
const cache = fileHostCache(file, { lockTimeoutMs: 30_000 });
for (let number = Number(first); ; number += 1) {
  await cache.set(entryOf(slot, number));
  process.stdout.write(`${number}\n`);
}
