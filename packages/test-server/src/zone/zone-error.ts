import { ParseError } from '@srvkit/dns';
import type { ResourceRecord } from '@srvkit/dns';

/** Records that make no zone: what is wrong, and the record that shows it, where there is one. */
export class ZoneError extends ParseError {
  readonly record: ResourceRecord | undefined;

  constructor(code: string, message: string, record?: ResourceRecord) {
    super(code, message);
    this.record = record;
  }
}
