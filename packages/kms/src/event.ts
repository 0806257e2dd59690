/** An event that KMS clients and hosts write. */
export interface KmsEvent {
  readonly id: number;
  readonly writtenBy: 'client' | 'host';
  /** Name of the log (kms V-01). */
  readonly log: 'Application' | 'Key Management Service';
  readonly meaning: string;
}

/** The events of activation and publishing (kms V-03 to V-07). The provider's name differs by version: match by id (kms V-02). */
export const EVENTS: readonly KmsEvent[] = [
  { id: 12288, writtenBy: 'client', log: 'Application', meaning: 'a request was sent, or failed to be, to one host' },
  { id: 12289, writtenBy: 'client', log: 'Application', meaning: 'the answer of a host was checked' },
  { id: 12290, writtenBy: 'host', log: 'Key Management Service', meaning: 'a request of a client arrived' },
  { id: 12291, writtenBy: 'host', log: 'Application', meaning: 'the service could not be initialised' },
  { id: 12292, writtenBy: 'host', log: 'Application', meaning: 'the renewal timer could not be initialised' },
  { id: 12293, writtenBy: 'host', log: 'Application', meaning: 'publishing to DNS failed in one domain' },
  { id: 12294, writtenBy: 'host', log: 'Application', meaning: 'publishing to DNS succeeded in one domain' },
];
