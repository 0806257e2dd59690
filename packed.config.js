// ava's configuration for the tests of the packed packages, which need the registry and a build: `pnpm packed`.
export default {
  extensions: ['ts'],
  files: ['test/packed*.test.ts'],
  serial: true,
  timeout: '5m',
};
