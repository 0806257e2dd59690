/** What tells hosts apart in maps. `name`: the key of a domain name, or any other host in lower case. */
export function hostKey(name: string, port: number): string {
  return `${port} ${name}`;
}
