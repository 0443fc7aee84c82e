export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '\\.ts$': '<rootDir>/test/strip-types.js' },
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'js', 'json', 'cjs', 'mjs'],
  testTimeout: 30_000,
  // Jest leaves one core idle unless told; on two cores that is half the machine.
  maxWorkers: '100%',
  modulePathIgnorePatterns: ['<rootDir>/artifacts/'],
};
