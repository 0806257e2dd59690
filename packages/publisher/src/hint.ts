import type { Rcode } from '@srvkit/dns';
import type { Failure, FailureSubject } from './failure.ts';

type Answered = Extract<Failure, { kind: 'rcode' }>;

/**
 * One sentence for the administrator: what the failure means and what to do about it. Servers say "not allowed" in four ways:
 * REFUSED signed, REFUSED unsigned, NOTAUTH with BADKEY, and NOTAUTH without TSIG (publish section 4).
 */
export function hint(failure: Failure, subject: FailureSubject): string {
  const owner = subject.owner.toString();
  switch (failure.kind) {
    case 'rcode':
      return answered(failure, subject);
    case 'query':
      return `${failure.server} answered ${failure.rcode} when it was asked about ${owner}: check that it serves the zone and answers this machine`;
    case 'no-answer':
      return `${failure.server} did not answer (${failure.why}): check that it runs, and that nothing on the way blocks DNS over TCP`;
    case 'no-server':
      return 'no DNS server is configured: name the primary of the zone, or configure the resolver of this system';
    case 'no-zone':
      return `no zone was found for ${owner} (${failure.why}): check the domain, or name the primary of its zone`;
    case 'not-authoritative':
      return `${failure.server} is not authoritative for ${owner}: name the primary of the zone instead`;
    case 'signer':
      return `nothing could be signed for ${failure.server}: ${failure.why}`;
    case 'alias':
      if (failure.dname !== undefined)
        return `${owner} is an alias for ${failure.target.toString()} by the DNAME at ${failure.dname.toString()}, which hides what is below it: publish at its target`;
      return `${owner} is an alias for ${failure.target.toString()}: remove the CNAME, or publish at its target`;
    case 'not-shown':
      if (failure.rcode !== 'NOERROR') return sambaRefused(failure, subject);
      return `${failure.server} does not show the change although it did not refuse it: another publisher or a policy of the server may have undone it`;
    case 'not-shown-yet':
      return `${failure.server} took the change, perhaps for the primary, and does not show it yet: look whether it fetches the zone from there, and publish again`;
    case 'interrupted':
      return `it was ended before anything was changed at ${owner}: publish or withdraw again`;
    case 'in-doubt':
      return inDoubt(failure);
  }
}

function answered(failure: Answered, subject: FailureSubject): string {
  const { server, rcode } = failure;
  const zone = (subject.zone ?? subject.owner).toString();
  const owner = subject.owner.toString();
  const key = keyText(subject);
  if (rcode === 'REFUSED' || rcode === 'NOTAUTH') {
    if (key === undefined) return needsKey(rcode, server, zone);
    return rcode === 'REFUSED' ? refused(failure, key, subject) : notAuth(failure, { key, owner, zone });
  }
  const meaning: Partial<Record<Rcode, string>> = {
    SERVFAIL: `failed to do it: look into its log (is its journal writable? may a name have more records? BIND: 100); Samba says this also when the key may not change ${owner}`,
    NOTIMP: `does not take DNS UPDATE: name another primary, or let ${zone} be served by one that does`,
    NOTZONE: `says that ${owner} is outside of ${zone}: the zone may have been divided, try again`,
    FORMERR: 'did not understand the UPDATE: something on the way may have changed it',
  };
  return `${server} ${meaning[rcode] ?? `answered ${rcode} to the UPDATE of ${zone}`}`;
}

function inDoubt({ server, rcode, remembered }: Extract<Failure, { kind: 'in-doubt' }>): string {
  const said =
    rcode === null ? 'was sent the change, and its answer was not waited for' : `answered ${rcode}, and the zone was not read again`;
  const memory = remembered
    ? 'the journal keeps the intention, so that the next publish or withdraw finds out'
    : 'publish or withdraw again to find out';
  return `${server} ${said}: it may have happened; ${memory}`;
}

/** Only Samba's kind of MAC leaves a no in doubt (publish 4.2). */
function sambaRefused({ server, rcode }: Extract<Failure, { kind: 'not-shown' }>, subject: FailureSubject): string {
  const key = keyText(subject) ?? 'this key';
  return `${server} answered ${rcode}, signed as older Samba servers do, and does not show the change: let ${key} change ${subject.owner.toString()} there`;
}

function needsKey(rcode: 'REFUSED' | 'NOTAUTH', server: string, zone: string): string {
  const otherwise = rcode === 'REFUSED' ? 'not at all' : 'is not its primary';
  return `${server} takes updates of ${zone} only with a key, or ${otherwise}: sign with a key that it allows`;
}

function refused({ server, tsig }: Answered, key: string, subject: FailureSubject): string {
  const owner = subject.owner.toString();
  const rule = `grant ${subject.key?.keyName.toString() ?? ''} name ${owner} SRV;`;
  const grant = `allow it to change SRV records of ${owner} (in BIND's update-policy: ${rule})`;
  if (tsig === 'verified')
    return `${server} knows ${key}, but does not let it change ${owner}: ${grant}, or name the primary if it is a secondary`;
  if (tsig === 'echoed') {
    return `${server} refused and sent our own request back, as Windows does: whoever created ${owner} first owns it, so give a group of all publishing hosts Full Control of that record`;
  }
  return `${server} refused without signing its reply, so that it does not tell why: check the name (lower case), algorithm and secret of ${key}, the clocks, and ${grant}`;
}

function notAuth(
  { server, tsig, tsigError, clockOffsetMs }: Answered,
  { key, owner, zone }: { key: string; owner: string; zone: string },
): string {
  const unproven = tsig === 'verified' ? '' : ' (it says so without a valid signature)';
  const meaning: Partial<Record<Rcode, string>> = {
    BADKEY: `does not know ${key}, or does not let it change ${owner}: check the name and the algorithm of the key on both sides, and what it is allowed`,
    BADSIG: `has another secret for ${key}: compare the secrets on both sides`,
    BADTIME: `and this machine disagree about the time${unproven}${clockText(clockOffsetMs)}: set the clocks, servers accept 5 minutes of difference`,
    BADTRUNC: `wants a longer MAC than ${key} gives: use an algorithm that is not truncated`,
  };
  const told = tsigError === null ? undefined : meaning[tsigError];
  if (told !== undefined) return `${server} ${told}`;
  if (tsig === 'verified') return `${server} is not the primary of ${zone}: name the primary`;
  return `${server} says without a signature that it is not the primary of ${zone}, or that ${key} may not change it: check both`;
}

function keyText({ key }: FailureSubject): string | undefined {
  return key === undefined ? undefined : `key ${key.keyName.toString()} (${key.algorithm.toString().replace(/\.$/, '')})`;
}

/** In the largest unit of which there are two, which is as exact as people set clocks. */
function clockText(offsetMs: number | null): string {
  if (offsetMs === null) return '';
  const seconds = Math.abs(offsetMs) / 1000;
  const [length, unit] = UNITS.find(([length]) => seconds >= 2 * length) ?? [1, 's'];
  return `, your clock is ${Math.round(seconds / length)} ${unit} ${offsetMs > 0 ? 'behind' : 'ahead of'} the server's`;
}

const UNITS = [
  [86_400, 'days'],
  [3600, 'h'],
  [60, 'min'],
] as const;
