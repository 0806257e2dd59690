import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestServer } from '@srvkit/test-server';
import { createResolver } from '@srvkit/resolver';
import { memoryHostCache } from '@srvkit/host-cache';
import { createDnsClient } from '@srvkit/dns-client';
import { parseDomainName } from '@srvkit/dns';
process.on('unhandledRejection', (e) => console.log('UNHANDLED', e));
const host = createServer((s) => s.destroy()).listen(0, '127.0.0.1'); await new Promise((r) => host.once('listening', r));
const port = (host.address() as any).port;
const zone = `$ORIGIN example.org.\n$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 127.0.0.1\n_x._tcp SRV 0 1 ${port} a\n_x._tcp SRV 1 1 ${port} b\n_x._tcp SRV 2 1 1 c\na A 127.0.0.1\nb A 127.0.0.1\nc A 127.0.0.1\n`;
const server = await createTestServer({ zones: [zone] });
const say = async (name: string, f: () => Promise<unknown>, ms = 4000) => {
  const t = performance.now();
  const r = await Promise.race([f().then((v) => v, (e) => `threw ${e?.name}: ${e?.message}`), sleep(ms, 'HANG', { ref: false })]);
  console.log(name, '->', typeof r === 'string' ? r : JSON.stringify(r), Math.round(performance.now() - t) + 'ms');
};
const request = { service: '_x._tcp', domains: ['example.org'] };
const brief = (r: any) => ({ o: r.outcome, a: r.attempts.map((a: any) => a.target + a.outcome), w: r.warnings });
const R = (o = {}) => createResolver({ servers: [server.address], ...o });
const probes: [string, any][] = [
  ['sync throw', () => { throw new Error('x'); }],
  ['undefined', () => undefined],
  ['undefined async', async () => undefined],
  ['unknown outcome', async () => ({ outcome: 'failed' })],
  ['outcome timeout', async () => ({ outcome: 'timeout' })],
  ['outcome abandoned', async () => ({ outcome: 'abandoned' })],
  ['sync value', () => ({ outcome: 'reached' })],
  ['rejected final', async () => ({ outcome: 'rejected', final: true })],
  ['rejected nofinal', async () => ({ outcome: 'rejected' })],
  ['rejects null', () => Promise.reject(null)],
  ['never', () => new Promise(() => {})],
];
for (const [name, probe] of probes) {
  const r = R();
  await say('probe ' + name, async () => brief(await r.resolve(request, { probe, attemptTimeoutMs: 300, timeoutMs: 2000 })));
  await r.close();
}
// candidates
await say('left without a word', async () => { const r = R(); const seen: any[] = []; const it = r.candidates(request); let n = await it.next(); while (!n.done) { seen.push(n.value.target); n = await it.next(); } await r.close(); return [seen, brief(n.value)]; });
await say('break after reached', async () => { const cache = memoryHostCache(); const r = R({ cache }); for await (const c of r.candidates(request)) { c.reached(); break; } const l = await cache.list(); await r.close(); return l; });
await say('break without word', async () => { const cache = memoryHostCache(); const r = R({ cache }); for await (const c of r.candidates(request)) { void c; break; } const l = await cache.list(); await r.close(); return l; });
await say('throw in loop', async () => { const r = R(); try { for await (const c of r.candidates(request)) { throw new Error('mine ' + c.target); } } finally { await r.close(); } });
await say('close while iterating', async () => { const r = R(); for await (const c of r.candidates(request)) { void c; await r.close(); } });
await say('reached late, after next', async () => { const r = R(); const got = []; let first: any; for await (const c of r.candidates(request)) { got.push(c.target); if (first) first.reached(); first ??= c; } await r.close(); return got; });
await say('abort at candidates', async () => { const r = R(); const ac = new AbortController(); try { for await (const c of r.candidates(request, { signal: ac.signal })) { void c; ac.abort('because'); } } catch (e) { return 'reason ' + e; } finally { await r.close(); } });
await say('candidates never started', async () => { const r = R(); r.candidates(request); await r.close(); return 'ok'; });
await say('candidates bad request', async () => { const r = R(); try { for await (const c of r.candidates({ service: 'bad' })) void c; } finally { await r.close(); } });
// connect + abort at each tick
let outcomes: Record<string, number> = {};
for (let i = 0; i < 60; i++) {
  const r = R(); const ac = new AbortController(); const reason = new Error('stop');
  const p = r.connect(request, { signal: ac.signal });
  const timer = (async () => { for (let k = 0; k < i; k++) await new Promise<void>((res) => (k % 3 === 0 ? setImmediate(res) : queueMicrotask(res))); ac.abort(reason); })();
  try { const s = await p; outcomes['socket'] = (outcomes['socket'] ?? 0) + 1; s.on('error', () => {}); s.destroy(); } catch (e) { const k = e === reason ? 'reason' : String(e); outcomes[k] = (outcomes[k] ?? 0) + 1; }
  await timer; await r.close(); await r.close();
}
console.log('connect abort', outcomes);
outcomes = {};
for (let i = 0; i < 40; i++) {
  const r = R();
  const p = r.connect(request).then((s) => { s.on('error', () => {}); s.destroy(); return 'socket'; }, (e) => String(e));
  for (let k = 0; k < i; k++) await new Promise<void>((res) => (k % 3 === 0 ? setImmediate(res) : queueMicrotask(res)));
  await Promise.all([r.close(), r.close()]);
  const k = await Promise.race([p, sleep(3000, 'HANG', { ref: false })]); outcomes[k] = (outcomes[k] ?? 0) + 1;
}
console.log('connect close', outcomes);
// hung cache
for (const which of ['get', 'set']) {
  const cache = { ...memoryHostCache(), [which]: () => new Promise<never>(() => {}) };
  const r = R({ cache });
  await say('cache.' + which + ' never settles', async () => brief(await r.resolve(request, { timeoutMs: 1000 })));
  await say('  close', () => r.close().then(() => 'closed'));
}
const r0 = R({ cache: { ...memoryHostCache(), get: () => { throw new Error('sync'); } } });
await say('cache.get sync throw', async () => brief(await r0.resolve(request)));
await r0.close();
// dns client
const name = parseDomainName('_x._tcp.example.org');
for (const s of ['255.255.255.255:53', '240.0.0.1:53', '[::1]:1', '[fe80::1]:53', '0.0.0.0:1', '127.0.0.1:1', '[fe80::1%nope]:53']) {
  const c = createDnsClient({ servers: [s], tryTimeoutMs: 100, timeoutMs: 500 });
  await say('server ' + s, async () => { const l = await c.lookup(name, 'SRV'); return [l.kind, (l as any).why, l.tries.map((t) => t.outcome)]; });
  await say('  close x2', async () => { await c.close(); await c.close(); return 'ok'; });
}
{ const c = createDnsClient({ servers: [server.address] });
  await c.lookup(name, 'SRV'); await sleep(20); await Promise.all([c.close(), c.close()]); await c.close(); console.log('closed thrice');
  await say('after close', () => c.lookup(name, 'SRV')); }
{ const c = createDnsClient({ servers: [server.address], cache: false });
  const ps = Array.from({ length: 500 }, () => c.lookup(name, 'A', { fresh: true }).then((l) => l.kind, (e) => e.message));
  await sleep(5); await Promise.all([c.close(), c.close()]);
  const m: any = {}; for (const k of await Promise.all(ps)) m[k] = (m[k] ?? 0) + 1; console.log('500 in flight, closed', m); }
await server.close(); await server.close(); host.close();
await sleep(50);
console.log('handles', (process as any)._getActiveHandles().map((h: any) => h.constructor.name), (process as any).getActiveResourcesInfo());
const t0 = performance.now(); process.on('exit', () => console.log('exit by itself after', Math.round(performance.now() - t0)));
