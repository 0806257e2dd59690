import test from 'ava';
import { array, assert, nat, property, uint8Array } from 'fast-check';
import { frame, FrameReader } from '../src/stream-frames.ts';

test('messages come out of a stream as they went in, however it is cut', (t) => {
  const messages = array(uint8Array({ maxLength: 40 }), { maxLength: 8 });
  assert(
    property(messages, array(nat(30), { minLength: 1 }), (messages, cuts) => {
      const stream = Buffer.concat(messages.map((message) => frame(message)));
      const reader = new FrameReader();
      const seen: Uint8Array[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn += 1) {
        const next = at + 1 + (cuts[turn % cuts.length] ?? 0);
        seen.push(...reader.push(stream.subarray(at, next)));
        at = next;
      }
      t.deepEqual(
        seen.map((message) => [...message]),
        messages.map((message) => [...message]),
      );
    }),
    { numRuns: 300 },
  );
});

test('half a message is no message', (t) => {
  const reader = new FrameReader();
  t.deepEqual(reader.push(Uint8Array.of(0)), []);
  t.deepEqual(reader.push(Uint8Array.of(2, 7)), []);
  t.deepEqual(reader.push(Uint8Array.of(8)), [Uint8Array.of(7, 8)]);
});

test('a message longer than a frame is refused', (t) => {
  t.is(frame(new Uint8Array(65_535)).length, 65_537);
  t.throws(() => frame(new Uint8Array(65_536)), { instanceOf: RangeError, message: /65536/ });
});
