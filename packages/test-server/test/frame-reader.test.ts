import { getHeapStatistics } from 'node:v8';
import test from 'ava';
import * as fc from 'fast-check';
import { frame, FrameReader } from '../src/frame-reader.ts';

test('messages come out as they went in, however the stream was split', (t) => {
  const message = fc.uint8Array({ maxLength: 40 });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (messages, cuts) => {
      const stream = Buffer.concat(messages.map(frame));
      const reader = new FrameReader(0xffff);
      const read: Uint8Array[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn += 1) {
        const size = cuts[turn % cuts.length] ?? 1;
        read.push(...reader.push(stream.subarray(at, at + size)));
        at += size;
      }
      t.deepEqual(
        read.map((bytes) => [...bytes]),
        messages.map((bytes) => [...bytes]),
      );
    }),
  );
});

test('a message that arrives octet by octet takes no more memory than its length', (t) => {
  const readers = Array.from({ length: 20 }, () => new FrameReader(0xffff));
  const before = getHeapStatistics().used_heap_size;
  for (const reader of readers) {
    reader.push(Uint8Array.of(0xff, 0xff));
    const octet = Buffer.alloc(1);
    for (let sent = 0; sent < 50_000; sent += 1) reader.push(octet.subarray());
  }
  t.true(getHeapStatistics().used_heap_size - before < 60_000_000); // a million pieces would be 100 MB and more
});

test('a message that arrives octet by octet is read', (t) => {
  const stream = frame(new Uint8Array(0xffff).fill(7));
  const reader = new FrameReader(0xffff);
  const read: Uint8Array[] = [];
  for (let at = 0; at < stream.length; at += 1) read.push(...reader.push(stream.subarray(at, at + 1)));
  t.deepEqual(
    read.map((bytes) => bytes.length),
    [0xffff],
  );
});

test('a message larger than allowed is known by its length, and nothing behind it is read', (t) => {
  const reader = new FrameReader(10);
  t.deepEqual(reader.push(Buffer.concat([frame(new Uint8Array(10)), frame(new Uint8Array(11)), frame(new Uint8Array(1))])).length, 1);
  t.is(reader.oversized, 11);
  t.deepEqual(reader.push(new Uint8Array(100)), []);
});

test('what does not fit into a frame is refused', (t) => {
  t.throws(() => frame(new Uint8Array(0x10000)), { instanceOf: RangeError });
});
