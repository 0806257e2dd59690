/** Throws a `RangeError` for a number that is no integer between the two. */
export function inRange(option: string, value: number, { least, most }: { readonly least: number; readonly most: number }): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${option} ${value} is out of range: use an integer from ${least} to ${most}`);
}
