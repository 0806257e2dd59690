/** Where real servers judge or apply an UPDATE otherwise than RFC 2136 has it (publish 4). What is not said is as in the RFC. */
export interface UpdateRules {
  /** Adding a record that is there already leaves the TTL as it is. */
  readonly ignoreTtl?: boolean;
  /** Deleting a record needs its letter case. */
  readonly keepCase?: boolean;
  /** Adding beside an alias is REFUSED, where the RFC passes it over. */
  readonly refuseAtAlias?: boolean;
  /** A value-dependent prerequisite holds as soon as the set has one of its records. */
  readonly looseEquality?: boolean;
  /** Prerequisites are looked at before the permission, as RFC 2136 section 3 has it. */
  readonly prerequisitesFirst?: boolean;
  /** Permission is asked for each change: without one, anybody may. */
  readonly judgeChanges?: boolean;
  /** A name belongs to the key that wrote there first, for good. */
  readonly firstKeyOwns?: boolean;
  /** An UPDATE that makes more records of one name and type than this is SERVFAIL. */
  readonly maxRecordsPerType?: number;
  /** No UPDATE can be stored: SERVFAIL. */
  readonly cannotStore?: boolean;
}
