/** A product family: what groups many SKU ids (kms D-27). */
export interface Application {
  readonly id: string;
  readonly name: string;
}

/** The AppIDs that Microsoft has published (kms D-28). Unknown ids are legal everywhere. */
export const APPLICATIONS: readonly Application[] = [
  { id: '55c92734-d682-4d71-983e-d6ec3f16059f', name: 'Windows' },
  { id: '59a52881-a989-479d-af46-f275c6370663', name: 'Office 2010' },
  { id: '0ff1ce15-a989-479d-af46-f275c6370663', name: 'Office 2013 and later' },
  { id: '0ff1ce16-a989-479d-af46-f275c6370663', name: 'Office KMS host' },
];
