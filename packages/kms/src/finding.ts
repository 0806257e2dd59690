/** What is worth telling about settings although it stops nothing. */
export type FindingCode =
  /** A value of another registry type than the one that is read: treated as not set (kms X-13). */
  | 'wrong-type'
  /** A host name that cannot be one: the level is passed over. */
  | 'invalid-host'
  /** A port that is not 1 to 65535: 1688 is used. */
  | 'invalid-port'
  /** A port at a level without a name: not used (kms D-11). */
  | 'orphan-port'
  /** A lookup domain that is no domain name: not used. */
  | 'invalid-lookup-domain'
  /** A suffix of this computer or of a connection that is no domain name: not asked. */
  | 'invalid-suffix'
  /** Several control sets of an offline registry, and nothing says which is the current one. */
  | 'control-set-unknown'
  /** A lookup domain beside a fixed host, which comes first (kms D-22, D-23). */
  | 'lookup-domain-overridden'
  /** The publish list is where another profile keeps it, and is not read (kms P-09, D-12). */
  | 'list-of-other-profile'
  | ListFindingCode;

/** The two findings of a publish list, by the names they have in `publish --json`. */
export type ListFindingCode =
  /** The home domain is published with 0/0, better than what the list says elsewhere (kms P-13, X-04). */
  | 'home-outranks-list'
  /** The list has host names where domains belong (kms P-11, X-05). */
  | 'host-name-in-list';

/** `code` is the contract, `message` is for people and names the place and the remedy. */
export interface Finding<Code extends FindingCode = FindingCode> {
  readonly code: Code;
  readonly message: string;
}
