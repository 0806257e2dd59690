import type { Failure, FailureSubject } from './failure.ts';

type Answered = Extract<Failure, { kind: 'rcode' }>;

/**
 * One sentence or two for the administrator: what the failure means and what to do about it. Servers say "not allowed" in four ways:
 * REFUSED signed, REFUSED unsigned, NOTAUTH with BADKEY, and NOTAUTH without TSIG (publish section 4).
 */
export function hint(failure: Failure, subject: FailureSubject): string {
  const { owner } = subject;
  switch (failure.kind) {
    case 'rcode':
      return answered(failure, subject);
    case 'no-answer':
      return `${failure.server} did not answer over TCP (${failure.why}): check that it runs, and that nothing blocks port 53 over TCP on the way`;
    case 'no-server':
      return 'no DNS server is configured: name the primary of the zone, or configure the resolver of this system';
    case 'no-zone':
      return `no zone was found for ${owner.toString()} (${failure.why}): check the domain, or name the primary of its zone`;
    case 'not-authoritative':
      return `${failure.server} is not authoritative for ${owner.toString()}: name the primary of the zone instead`;
    case 'no-session':
      return `no signing session with ${failure.server}: ${failure.why}`;
    case 'alias':
      return `${owner.toString()} is an alias for ${failure.target.toString()}: remove the CNAME, or publish at its target`;
    case 'not-shown':
      return `${failure.server} accepted the change, but does not show it: another publisher or a policy of the server may have undone it`;
  }
}

function answered(failure: Answered, subject: FailureSubject): string {
  const zone = (subject.zone ?? subject.owner).toString();
  switch (failure.rcode) {
    case 'REFUSED':
      return refused(failure, subject, zone);
    case 'NOTAUTH':
      return notAuth(failure, subject, zone);
    case 'SERVFAIL':
      return `${failure.server} failed to do it: look into its log (is its journal writable?); Samba says this also when the key may not change ${subject.owner.toString()}`;
    case 'NOTIMP':
      return `${failure.server} does not take DNS UPDATE: name another primary, or let ${zone} be served by one that does`;
    case 'NOTZONE':
      return `${failure.server} says that ${subject.owner.toString()} is outside of ${zone}: the zone may have been divided, try again`;
    case 'FORMERR':
      return `${failure.server} did not understand the UPDATE: something between here and the server may have changed it`;
    default:
      return `${failure.server} answered ${failure.rcode} to the UPDATE of ${zone}`;
  }
}

function refused({ server, tsig }: Answered, subject: FailureSubject, zone: string): string {
  const key = keyText(subject);
  if (key === undefined) return `${server} takes updates of ${zone} only with a key, or not at all: sign with a key that it allows`;
  const grant = `allow it to change SRV records of ${subject.owner.toString()}`;
  switch (tsig) {
    case 'verified':
      return `${server} knows ${key}, but does not let it change ${subject.owner.toString()}: ${grant}`;
    case 'echoed':
      return `${server} refused and sent our own request back, as Windows does: whoever created ${subject.owner.toString()} first owns it, so give a group of all publishing hosts Full Control of that record`;
    default:
      return `${server} refused without signing its reply, so it does not tell why: check the name (lower case), algorithm and secret of ${key}, the clocks, and ${grant}`;
  }
}

function notAuth(failure: Answered, subject: FailureSubject, zone: string): string {
  const { server, tsig, tsigError } = failure;
  const key = keyText(subject);
  if (key === undefined) return `${server} takes updates of ${zone} only with a key, or is not its primary: sign with a key that it allows`;
  switch (tsigError) {
    case 'BADKEY':
      return `${server} does not know ${key}, or does not let it change ${subject.owner.toString()}: check the name and algorithm of the key on both sides, and what it is allowed`;
    case 'BADSIG':
      return `${server} has another secret for ${key}: compare the secrets on both sides`;
    case 'BADTIME':
      return `${server} and this machine disagree about the time${tsig === 'verified' ? '' : ' (it says so without a valid signature)'}: set the clocks, at most 5 minutes of difference are accepted`;
    case 'BADTRUNC':
      return `${server} wants a longer MAC than ${key} gives: use an algorithm that is not truncated`;
    default:
      return tsig === 'verified'
        ? `${server} is not the primary of ${zone}: name the primary`
        : `${server} says, without signing it, that it is not the primary of ${zone} or does not let ${key} change it: check both`;
  }
}

function keyText({ key }: FailureSubject): string | undefined {
  return key === undefined ? undefined : `key ${key.keyName.toString()} (${key.algorithm.toString().replace(/\.$/, '')})`;
}
