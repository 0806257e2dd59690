import type { ResourceRecord, SrvRdata } from '@srvkit/dns';
import { addressNamed } from './address-name.ts';
import type { Warning } from './warning.ts';

/** What becomes of SRV records that name no host and port, against RFC 2782. Each of them is also a warning. */
export interface TargetPolicy {
  /** An IP address where the name of a host belongs (srv A5). Default `reject`: the record is dropped. */
  readonly ipLiteral?: 'reject' | 'accept';
  /** Port 0 (srv A7). Default `reject`; a number is the port to use instead. */
  readonly portZero?: 'reject' | number;
}

/** Why a policy rejects a record, undefined when it does not. */
export function rejection({ target, port }: SrvRdata, policy: TargetPolicy): 'port-zero' | 'address-target' | undefined {
  if (port === 0 && typeof policy.portZero !== 'number') return 'port-zero';
  return policy.ipLiteral !== 'accept' && addressNamed(target) !== undefined ? 'address-target' : undefined;
}

/** Records as the policy wants them used; what that means is added to `warnings`. The same array when there is nothing to say. */
export function applyPolicy(
  records: readonly ResourceRecord<SrvRdata>[],
  policy: TargetPolicy,
  warnings: Warning[],
): readonly ResourceRecord<SrvRdata>[] {
  const { ipLiteral, portZero } = policy;
  if (ipLiteral !== 'accept' && typeof portZero !== 'number') return records;
  return records.map((record) => {
    const { name, rdata } = record;
    const text = `${name.toString()} SRV: target ${rdata.target.toString()}`;
    if (addressNamed(rdata.target) !== undefined)
      warnings.push({ code: 'address-target', message: `${text} is an IP address, used as such because the options say so` });
    if (rdata.port !== 0 || typeof portZero !== 'number') return record;
    warnings.push({ code: 'port-zero', message: `${text} has port 0: port ${portZero} is used instead, as the options say` });
    return { ...record, rdata: { ...rdata, port: portZero } };
  });
}
