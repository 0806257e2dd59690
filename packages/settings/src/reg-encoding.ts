import { Buffer } from 'node:buffer';

/** The text of a `.reg` file, or why the bytes are none. `offset` counts bytes. */
export type RegText = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unreadable'; readonly why: string };

/**
 * Decodes the bytes of a `.reg` file by their byte order mark: UTF-16LE as regedit and reg.exe write it, UTF-8; without one, Latin-1 for
 * REGEDIT4 (the file does not say its code page) and UTF-8 for version 5.00 (hivexregedit writes ASCII).
 */
export function decodeRegText(bytes: Uint8Array): RegText {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view[0] === 0xff && view[1] === 0xfe) {
    if (view.length % 2 === 1) return unreadable('the file ends inside a UTF-16 character: export it again');
    return checked(view.toString('utf16le', 2));
  }
  if (view[0] === 0xfe && view[1] === 0xff) return unreadable('the file is UTF-16 big-endian: save it as UTF-16 little-endian ("Unicode")');
  if (view.toString('latin1', 0, 8) === 'REGEDIT4') return checked(view.toString('latin1'));
  try {
    return checked(new TextDecoder('utf-8', { fatal: true }).decode(view));
  } catch {
    // the decoder says no more than that it is not UTF-8
    return unreadable('the file is neither UTF-16 with a byte order mark nor UTF-8: export it again with regedit or "reg export"');
  }
}

/** Text that came as a string, with the same checks. */
export function checked(text: string): RegText {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (!plain.includes('\0')) return { kind: 'text', text: plain };
  return unreadable('the file has NUL characters: save it as UTF-16 little-endian with a byte order mark ("Unicode")');
}

function unreadable(why: string): RegText {
  return { kind: 'unreadable', why };
}
