import type { Rdata } from '../record.ts';
import type { WireReader } from '../wire-reader.ts';
import type { WireWriter } from '../wire-writer.ts';

/** What one record type knows about its RDATA. The codec looks the row up and never asks for a type by name. */
export interface RdataCodec<R extends Rdata> {
  readonly type: R['type'];
  /** Reads all of the RDATA: `reader.remaining` octets. */
  read(reader: WireReader): R;
  write(writer: WireWriter, rdata: R): void;
  /** Names without regard to case (RFC 4343), all else octet by octet. */
  equals(a: R, b: R): boolean;
  /** The format is defined for class IN only (RFC 3597 section 4); elsewhere the RDATA stays unknown. */
  readonly internetOnly?: true;
  /** The owner name is never compressed. */
  readonly plainOwner?: true;
}
