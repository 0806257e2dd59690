import { Buffer } from 'node:buffer';

/**
 * What of a console program's output can be known whatever its code page: the ASCII of it, everything else as `?`. In every code page of
 * Windows an octet below 0x80 that follows one above may be the second half of a character (`\\` in Japanese), so that a line with a `?` is
 * never compared with anything. UTF-16, with or without a byte order mark, is told by its NULs.
 */
export function readableOutput(bytes: Uint8Array): string {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = view.includes(0) ? view.toString('utf16le').replace(/^\uFEFF/, '') : view.toString('latin1');
  return text.replaceAll(/[^\t\r\n\x20-\x7e]/g, '?');
}
