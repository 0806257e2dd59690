/** The key of group policies for the DNS client: what stands there goes before what the computer has of its own. */
export const DNS_POLICY_KEY_PATH = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\DNSClient';
