/** Something that went otherwise than it should, though it did not decide the outcome. `code` is the contract, `message` for people. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}
