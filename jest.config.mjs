/** Tests run on the sources, through the same specifiers a user writes. */
export default {
  roots: ['<rootDir>/__tests__', '<rootDir>/examples'],
  testMatch: ['**/*.test.ts'],
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  moduleNameMapper: {
    '^express-payment-webhooks$': '<rootDir>/src/index.ts',
    '^express-payment-webhooks/testing$': '<rootDir>/src/testing/index.ts',
    '^express-payment-webhooks/(.*)$': '<rootDir>/src/$1.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  collectCoverageFrom: ['src/**/*.ts'],
}
