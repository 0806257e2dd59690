import type { MessageSigner } from '@srvkit/dns';

/** The Time Signed of each key, which never goes back (RFC 8945 section 5.2.3), though clocks do. */
export class SigningClock {
  readonly #lastSigned = new Map<string, number>();

  /** Seconds since 1970; `now` in milliseconds. */
  timeSigned({ keyName }: MessageSigner, now: number): number {
    const time = Math.max(Math.floor(now / 1000), this.#lastSigned.get(keyName.key) ?? 0);
    this.#lastSigned.set(keyName.key, time);
    return time;
  }
}
