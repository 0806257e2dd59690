// For everybody: settings, .reg text, typed reading.
export { Settings } from './settings.ts';
export type { NamedValue } from './settings.ts';
export type { SettingsDraft } from './settings-draft.ts';
export { parseRegFile } from './parse-reg-file.ts';
export { formatRegFile } from './format-reg-file.ts';
export { readDword, readMultiString, readString } from './reading.ts';
export type { Reading } from './reading.ts';
export type { RegistryType, RegistryValue } from './registry-value.ts';
export { RegParseError } from './reg-parse-error.ts';
export type { RegParseErrorCode } from './reg-parse-error.ts';
export { SettingsError } from './settings-error.ts';
