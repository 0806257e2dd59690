/** Something that went otherwise than it should, though it did not decide the outcome. `code` is the contract, `message` for people. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}

/** Five replies matched in all but the id (design.md section 4, "forged answers"). */
export function spoofingSuspected(asked: string, server: string): Warning {
  return {
    code: 'spoofing-suspected',
    message: `${asked}: several replies from ${server} had a wrong id, so it was asked again over TCP`,
  };
}
