/** The zone that clients change while its server is killed. Its neighbour is touched by nobody. */
export const ORIGIN = 'east.contoso.com.';
export const NEIGHBOUR: string = `_vlmcs._tcp.${ORIGIN} 3600 IN SRV 10 75 1688 kms-e1.${ORIGIN}`;
export const ZONE_TEXT: string = [
  `${ORIGIN} 3600 SOA ns.${ORIGIN} hostmaster.${ORIGIN} 1 3600 600 86400 60`,
  `${ORIGIN} 3600 NS ns.${ORIGIN}`,
  `ns.${ORIGIN} 3600 A 127.0.0.1`,
  NEIGHBOUR,
  '',
].join('\n');
export const KEY_TEXT: string = `hmac-sha256:soak-key:${Buffer.from('a secret of thirty-two octets or so').toString('base64')}`;
