const compile = ({ tsx }) => [
  '@swc/jest',
  {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', tsx },
      transform: { react: { runtime: 'automatic', importSource: 'preact' } },
    },
    module: { type: 'commonjs' },
  },
]

// Not in UTC, as few machines of shops are: what reads a time as a local one fails here.
process.env.TZ = 'Asia/Manila'

/** Tests run on the sources, through the same specifiers a user writes. */
export default {
  roots: ['<rootDir>/__tests__', '<rootDir>/examples'],
  testMatch: ['**/*.test.ts'],
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': compile({ tsx: false }), '^.+\\.tsx$': compile({ tsx: true }) },
  moduleNameMapper: {
    '^express-payment-webhooks$': '<rootDir>/src/index.ts',
    '^express-payment-webhooks/(formats|keys|orders|read-back|testing)$': '<rootDir>/src/$1/index.ts',
    '^express-payment-webhooks/(providers/.*)$': '<rootDir>/src/$1/index.ts',
    '^express-payment-webhooks/(.*)$': '<rootDir>/src/$1.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  collectCoverageFrom: ['src/**/*.ts'],
  coverageProvider: 'v8',
  coverageThreshold: { global: { lines: 95, branches: 95 } },
}
