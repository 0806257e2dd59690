/** What is worth knowing about a zone although it stops nothing: exactly the codes of `publish --json`. */
export type FindingCode =
  | 'ignored-by-cname'
  | 'ttl-kept'
  | 'ttl-moved-neighbours'
  | 'case-kept'
  | 'same-target-other-port'
  | 'home-outranks-list'
  | 'host-name-in-list';

/** `code` is the contract, `message` is one sentence for people. */
export interface Finding {
  readonly code: FindingCode;
  readonly message: string;
}
