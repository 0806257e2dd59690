/** The key under which Windows keeps the names of this computer's networks, and below it those of its connections. */
export const TCPIP_KEY_PATH = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters';

/** The key of the DNS client's service: what it says of devolution goes before what TCP/IP says. */
export const DNSCACHE_KEY_PATH = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Dnscache\\Parameters';

/** The key of group policies for the DNS client: what stands there goes before what the computer has of its own. */
export const DNS_POLICY_KEY_PATH = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\DNSClient';

/** The key of the group policy that gives a computer its primary DNS suffix. */
export const PRIMARY_SUFFIX_POLICY_KEY_PATH = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\System\\DNSClient';

/** All keys that `suffixSearchList` reads of a running computer. */
export const SUFFIX_KEY_PATHS: readonly string[] = [TCPIP_KEY_PATH, DNSCACHE_KEY_PATH, DNS_POLICY_KEY_PATH, PRIMARY_SUFFIX_POLICY_KEY_PATH];
