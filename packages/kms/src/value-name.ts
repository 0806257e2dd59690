/** The registry values that discovery and publishing read. */
export const VALUE = {
  /** REG_SZ, at each level (kms D-01). */
  name: 'KeyManagementServiceName',
  /** REG_SZ, beside the name (kms D-09). */
  port: 'KeyManagementServicePort',
  /** REG_SZ, at each level. Our assumption: only the WMI property of this name is documented (kms D-22). */
  lookupDomain: 'KeyManagementServiceLookupDomain',
  /** REG_DWORD, at the SKU level (kms D-31). */
  activationType: 'VLActivationType',
  /** REG_DWORD, at the global level. Seen in the field, not documented (kms C-08). */
  disableHostCaching: 'DisableKeyManagementServiceHostCaching',
  /** REG_DWORD, at the global level (kms P-04). */
  disablePublishing: 'DisableDnsPublishing',
  /** REG_MULTI_SZ, at the global level (kms P-08). */
  publishList: 'DnsDomainPublishList',
  /** REG_SZ, at the global level (kms P-06). */
  listeningPort: 'KeyManagementServiceListeningPort',
} as const;
