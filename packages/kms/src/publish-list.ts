import type { DomainName } from '@srvkit/dns';
import { readDword, readMultiString, readString, SettingsError } from '@srvkit/settings';
import type { Settings } from '@srvkit/settings';
import { KMS_SERVICE } from './discovery-request.ts';
import type { Finding, ListFindingCode } from './finding.ts';
import { hostLists } from './host-list.ts';
import type { HostList } from './host-list.ts';
import { DEFAULT_PORT, parsePort } from './host-port.ts';
import { PROFILE } from './profile.ts';
import type { Profile } from './profile.ts';
import { parsePublishLine } from './publish-line.ts';
import type { PublishLine } from './publish-line.ts';
import { VALUE } from './value-name.ts';

/** Whose list it is, and where this host is at home. */
export interface PublishListOptions {
  /** This host, fully qualified: the target of its records. */
  readonly hostName: DomainName;
  /** Its primary DNS suffix (kms P-02). Default: the parent of `hostName`. */
  readonly home?: DomainName;
  /** Whether the home domain is published when a list is there that does not name it (kms P-13). Default `always`. */
  readonly homeDomain?: 'always' | 'listed';
  /** Default `windows`. */
  readonly profile?: Profile;
  /** Other hosts: a line that names one of them, or this host, is a host entry (kms P-11). */
  readonly knownHosts?: readonly DomainName[];
}

/** A domain to publish in, and this host's numbers there. */
export interface PublishEntry {
  readonly domain: DomainName;
  readonly priority: number;
  readonly weight: number;
  /** `home`: not listed, added because the home domain always is. */
  readonly origin: 'list' | 'home';
  readonly findings: readonly Finding<ListFindingCode>[];
}

/** What a KMS host with these settings publishes. Fits the publisher's `Desired` as it is. */
export interface PublishList {
  readonly service: typeof KMS_SERVICE;
  readonly target: DomainName;
  readonly port: number;
  /** false: `DisableDnsPublishing` is set (kms P-04); the entries say what would be published. */
  readonly enabled: boolean;
  readonly entries: readonly PublishEntry[];
  /** All of them, those of the entries too. */
  readonly findings: readonly Finding[];
  /** Where the list names hosts: what each of them should list for the home domain (kms P-11). Empty otherwise. */
  readonly hostLists: readonly HostList[];
}

/**
 * The domains a KMS host publishes itself in: those of `DnsDomainPublishList`, and the home domain with 0/0 when the list does not name
 * it (kms P-02, P-04, P-06, P-08 to P-13, P-17, 12.3). A list that is not there leaves the home domain alone.
 *
 * Settings that cannot be read with certainty publish nothing: a list or switch of the wrong type (`WRONG_TYPE`), a line or port that
 * cannot be understood (`BAD_PUBLISH_LINE`, `BAD_PORT`) throw `SettingsError`. A listening port of the wrong type is the one exception,
 * a finding: the service cannot read it either and listens on 1688 (kms X-13).
 */
export function publishList(settings: Settings, options: PublishListOptions): PublishList {
  const profile = options.profile ?? 'windows';
  const { keyPath } = PROFILE[profile];
  const home = options.home ?? options.hostName.parent();
  if (home === undefined || home.isRoot) {
    throw new SettingsError(
      'NO_HOME_DOMAIN',
      `${options.hostName.toString()} has no domain: give the home domain, or a fully qualified host name`,
    );
  }
  const findings: Finding[] = [...otherProfileFindings(settings, profile)];
  const lines = readLines(settings, keyPath, profile);
  const known = new Set([options.hostName, ...(options.knownHosts ?? [])].map((name) => name.key));
  const hosts = lines.filter((line) => line.namesHost || known.has(line.domain.key));
  const domains = lines.filter((line) => !hosts.includes(line));
  const addsHome = !domains.some(({ domain }) => domain.equals(home)) && (lines.length === 0 || options.homeDomain !== 'listed');
  const lists = hostLists([{ domain: home, hosts }]);
  const listFindings = [...hostNameFindings(lists, home, keyPath), ...outrankFindings(domains, home, addsHome)];
  const port = readListeningPort(settings, keyPath, findings);
  return {
    service: KMS_SERVICE,
    target: options.hostName,
    port,
    enabled: isPublishingOn(settings, keyPath),
    entries: entriesOf(domains, home, addsHome, listFindings),
    findings: [...findings, ...listFindings],
    hostLists: lists,
  };
}

// What was found belongs to the home domain, which is where it shows; without it, to nobody.
function entriesOf(
  domains: readonly PublishLine[],
  home: DomainName,
  addsHome: boolean,
  findings: readonly Finding<ListFindingCode>[],
): readonly PublishEntry[] {
  const listed = domains.map(({ domain, priority, weight }): PublishEntry => {
    return { domain, priority, weight, origin: 'list', findings: domain.equals(home) ? findings : [] };
  });
  return addsHome ? [...listed, { domain: home, priority: 0, weight: 0, origin: 'home', findings }] : listed;
}

/** The lines of the list, each domain once: equal lines are one, lines that differ in their numbers are refused (kms 12.3). */
function readLines(settings: Settings, keyPath: string, profile: Profile): readonly PublishLine[] {
  const place = { keyPath, valueName: VALUE.publishList };
  const list = readMultiString(settings, keyPath, VALUE.publishList);
  if (list.kind === 'wrong-type') throw new SettingsError('WRONG_TYPE', list.message, place);
  const lines = new Map<string, PublishLine>();
  for (const [index, text] of (list.kind === 'value' ? list.value : []).entries()) {
    const where = `line ${index + 1} of ${VALUE.publishList}`;
    const line = locating(where, place, () => parsePublishLine(text, profile));
    const earlier = lines.get(line.domain.key);
    if (earlier !== undefined && (earlier.priority !== line.priority || earlier.weight !== line.weight)) {
      throw new SettingsError(
        'BAD_PUBLISH_LINE',
        `${where}: ${line.domain.toString()} is listed twice with other numbers: keep one`,
        place,
      );
    }
    if (earlier === undefined) lines.set(line.domain.key, line);
  }
  return [...lines.values()];
}

function readListeningPort(settings: Settings, keyPath: string, findings: Finding[]): number {
  const port = readString(settings, keyPath, VALUE.listeningPort);
  if (port.kind === 'wrong-type') {
    findings.push({ code: 'wrong-type', message: `${port.message}; until then port ${DEFAULT_PORT} is published` });
  }
  if (port.kind !== 'value' || port.value.trim() === '') return DEFAULT_PORT;
  return locating(VALUE.listeningPort, { keyPath, valueName: VALUE.listeningPort }, () => parsePort(port.value));
}

function isPublishingOn(settings: Settings, keyPath: string): boolean {
  const off = readDword(settings, keyPath, VALUE.disablePublishing);
  if (off.kind === 'wrong-type') throw new SettingsError('WRONG_TYPE', off.message, { keyPath, valueName: VALUE.disablePublishing });
  return off.kind === 'missing' || off.value === 0;
}

/** A list of the other generation alone: to publish the home domain with 0/0 instead is hardly what is meant. */
function otherProfileFindings(settings: Settings, profile: Profile): readonly Finding[] {
  const other = profile === 'windows' ? 'vista' : 'windows';
  const [own, theirs] = [PROFILE[profile].keyPath, PROFILE[other].keyPath];
  const isList = (keyPath: string): boolean => readMultiString(settings, keyPath, VALUE.publishList).kind === 'value';
  if (isList(own) || !isList(theirs)) return [];
  const message = `${theirs}\\${VALUE.publishList} is not read, because the profile ${profile} keeps its list in ${own}: choose the profile ${other}`;
  return [{ code: 'list-of-other-profile', message }];
}

function hostNameFindings(lists: readonly HostList[], home: DomainName, keyPath: string): readonly Finding<'host-name-in-list'>[] {
  if (lists.length === 0) return [];
  const wanted = lists.map(({ host, lines }) => `on ${host}: ${lines.map((line) => JSON.stringify(line)).join(' ')}`).join('; ');
  const message = `${keyPath}\\${VALUE.publishList} names hosts where domains belong, and these lines are not published. For ${home.toString()} list ${wanted}`;
  return [{ code: 'host-name-in-list', message }];
}

// 0 is the best priority there is: whatever stands in the list as worse, and whoever else publishes into the home domain, is passed by.
function outrankFindings(domains: readonly PublishLine[], home: DomainName, addsHome: boolean): readonly Finding<'home-outranks-list'>[] {
  if (!addsHome || !domains.some(({ priority }) => priority > 0)) return [];
  const message = `${home.toString()} is not in the list and is published with priority 0, weight 0, which beats every listed priority: list it with its own numbers`;
  return [{ code: 'home-outranks-list', message }];
}

/** Adds the place to what a parser refuses. */
function locating<T>(where: string, place: { keyPath: string; valueName: string }, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new SettingsError(error.code, `${where}: ${error.message}`, { ...place, cause: error });
  }
}
