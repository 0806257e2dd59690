import { connect } from 'node:net';
import { frame, FrameReader } from '../stream-frames.ts';
import { endingOf } from './conversation.ts';
import type { Conversation, Ending } from './conversation.ts';

/**
 * Sends one request over a connection of its own and waits, connecting included, at most `timeoutMs` (RFC 7766). The connection is
 * gone when the promise settles. Rejects only with the reason of the signal.
 */
export function converseTcp({ endpoint, request, timeoutMs, signal, background, onMessage }: Conversation): Promise<Ending> {
  if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: endpoint.address, port: endpoint.port, family: endpoint.family, noDelay: true });
    const frames = new FrameReader();
    const leave = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      socket.destroy();
    };
    const end = (ending: Ending): void => {
      leave();
      resolve(ending);
    };
    const finish = (): void => end('finished');
    const askNoMore = (): void => void socket.end();
    const abort = (): void => {
      leave();
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => end('timeout'), timeoutMs);
    if (background === true) {
      timer.unref();
      socket.unref();
    }
    signal?.addEventListener('abort', abort, { once: true });
    socket.on('error', (error) => end(endingOf(error)));
    socket.on('close', () => end('closed'));
    socket.on('end', () => end('closed'));
    socket.on('data', (chunk) => {
      for (const message of frames.push(chunk)) onMessage(message, finish, askNoMore);
    });
    socket.write(frame(request));
  });
}
