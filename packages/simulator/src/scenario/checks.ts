import { queryName } from '@srvkit/discovery';
import { ParseError, parseDomainName } from '@srvkit/dns';
import { parsePublishLine } from '@srvkit/kms';
import { desiredRecords } from '@srvkit/publisher/plan';
import type { Desired } from '@srvkit/publisher/plan';
import { SettingsError } from '@srvkit/settings';
import { hostRecords } from './host-records.ts';
import type { HostScenario } from './scenario.ts';
import type { PublishLineInFile } from './scenario-file.ts';

/** Ends the reading of a scenario: what is wrong at `path`, and the remedy. */
export type Fail = (path: readonly PropertyKey[], message: string) => never;

/** Follows a name into one of the file's maps. */
export function follow(fail: Fail, path: readonly PropertyKey[], name: string, known: Iterable<string>, what: string): void {
  const names = [...known];
  if (names.includes(name)) return;
  fail(path, `there is no ${what} ${JSON.stringify(name)}: use ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', ...' : ''}`);
}

export function checkDomain(fail: Fail, path: readonly PropertyKey[], text: string): void {
  readable(fail, path, () => parseDomainName(text));
}

/** A domain that can be asked for the service. */
export function checkSearch(fail: Fail, path: readonly PropertyKey[], text: string, service: string): void {
  readable(fail, path, () => queryName(service, parseDomainName(text)));
}

/** The lines of a publish list, as the registry has them. */
export function publishLines(list: readonly PublishLineInFile[]): readonly string[] {
  return list.map((line) => (typeof line === 'string' ? line : `${line.domain}, ${line.priority}, ${line.weight}`));
}

/** Reads a host's publish list as the simulation will. */
export function checkPublishList(fail: Fail, path: readonly PropertyKey[], host: HostScenario, service: string): void {
  const { publish = [] } = host;
  for (const [at, line] of publish.entries()) readable(fail, [...path, at], () => parsePublishLine(line));
  checkRecords(fail, path, readable(fail, path, () => hostRecords(host, service)).desired);
}

/** What the publisher would refuse to plan: a domain with two sets of numbers, a target that no host can have, an owner name that grows too long. */
export function checkRecords(fail: Fail, path: readonly PropertyKey[], desired: Desired): void {
  try {
    desiredRecords(desired);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError || error instanceof ParseError)) throw error;
    fail(path, error.message);
  }
}

/** Runs a parser of names; what it finds wrong is wrong at `path`. */
export function readable<T>(fail: Fail, path: readonly PropertyKey[], parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ParseError || error instanceof SettingsError)) throw error;
    return fail(path, error.message);
  }
}
