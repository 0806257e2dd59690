const HALF = 2 ** 31;

/** Whether serial `a` is newer than `b` in sequence space (RFC 1982 section 3.2). Two that lie 2^31 apart are not ordered: false. */
export function isNewerSerial(a: number, b: number): boolean {
  const distance = (a - b) >>> 0;
  return distance > 0 && distance < HALF;
}

/** The serial after this one; 0 is skipped, because some secondaries take it for "unknown". */
export function nextSerial(serial: number): number {
  return (serial + 1) >>> 0 || 1;
}
