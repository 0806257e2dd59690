import type { SrvRdata } from '../record.ts';
import type { RdataCodec } from './rdata-codec.ts';

/** RFC 2782. The target is read compressed, as some servers send it, and never written so (srv M5). */
export const srvCodec: RdataCodec<SrvRdata> = {
  type: 'SRV',
  internetOnly: true,
  read: (reader) => ({
    type: 'SRV',
    priority: reader.uint16(),
    weight: reader.uint16(),
    port: reader.uint16(),
    target: reader.name(),
  }),
  write(writer, rdata) {
    writer.uint16(rdata.priority);
    writer.uint16(rdata.weight);
    writer.uint16(rdata.port);
    writer.plainName(rdata.target);
  },
  equals: (a, b) => a.priority === b.priority && a.weight === b.weight && a.port === b.port && a.target.equals(b.target),
};
