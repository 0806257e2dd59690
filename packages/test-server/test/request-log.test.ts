import test from 'ava';
import { RequestLog } from '../src/request-log.ts';
import type { RecordedRequest } from '../src/request-log.ts';

for (const { capacity, added, kept } of [
  { capacity: 3, added: 0, kept: [] },
  { capacity: 3, added: 2, kept: [0, 1] },
  { capacity: 3, added: 3, kept: [0, 1, 2] },
  { capacity: 3, added: 4, kept: [1, 2, 3] },
  { capacity: 3, added: 8, kept: [5, 6, 7] },
  { capacity: 1, added: 5, kept: [4] },
  { capacity: 0, added: 5, kept: [] },
]) {
  test(`a log for ${capacity} keeps ${JSON.stringify(kept)} of ${added} requests`, (t) => {
    const log = new RequestLog(capacity);
    for (let port = 0; port < added; port += 1) log.add(request(port));
    t.deepEqual(
      log.list().map((entry) => entry.from),
      kept.map(String),
    );
  });
}

function request(number: number): RecordedRequest {
  return { bytes: new Uint8Array(), message: undefined, transport: 'udp', from: String(number), rcode: null, fault: null };
}
