import { fileURLToPath } from 'node:url'

/**
 * Groups tests by their needs: a folder with everything below it, or one file that differs from its neighbours. A file's name
 * shows its subject, not the place where it runs. A file in no list is a unit test, so that no file can fall out. A file by
 * name comes before a folder. `__tests__/projects.test.ts` finds a file that runs twice or never, an entry without a file, and
 * a unit test that needs more than Node.
 */
const LISTS = {
  unit: ['stores/memory'],
  /** Tests that need Redis, Postgres, separate processes, or seconds of real time. */
  servers: [
    'stores/**',
    'queues/**',
    'workers/**',
    'faults/**',
    'cli/**',
    'flow/claims/claim.outages',
    'flow/complete',
    'flow/deduplicate',
    'flow/replay',
    'receive.deadline',
    'reconcile/every',
    'reconcile/lock',
    'receive.store-failures',
    'hostile/claimed-elsewhere',
    'hostile/deduplication',
    'hostile/http',
    'hostile/logs',
    'orders/order-updates.postgres',
    'tenants/tenants.stores',
    'tenants/tenants.workers',
    'operator/operator-page',
    'operator/operator-page.outages',
    'testing/failing-store',
    'testing/failing-store.postgres',
    'testing/queue-conformance',
    'hostile/proofs-in-bodies',
    'operator/operator-page.browser',
  ],
  /** Tests with the same needs that run one file at a time with nothing in parallel: they measure a busy shop's response time. */
  alone: ['faults/load', 'faults/redis'],
  /**
   * Ten thousand cases or more of one kind, random histories, or the whole conformance suite on every sample of every
   * provider: too long to wait for before a commit.
   */
  generated: [
    'flow/simulation',
    'hostile/properties',
    'providers/conformance',
    'providers/**/generated',
    'providers/**/index.generated',
    'providers/binance-pay/binance-pay',
    'providers/coinpayments/coinpayments',
    'providers/opennode/opennode',
    'orders/properties',
    'orders/reference',
    'stores/operations.embedded',
  ],
  /** Tests of README and docs: their blocks, links, tables and recipes. */
  docs: ['docs/**', 'options.undefined', 'orders/lifecycle', 'projects'],
  /** Twenty seconds or more of waiting for a single test. */
  soak: ['faults/durability', 'faults/lapsed-lease', 'faults/queues', 'faults/reconcile', 'faults/queues.outages'],
}

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

// Not UTC, which few shops' machines use: code that reads a time as a local time fails here.
process.env.TZ = 'Asia/Manila'

/** Tests run on the sources, through the same specifiers that a user writes. */
export const common = {
  rootDir: fileURLToPath(new URL('.', import.meta.url)),
  roots: ['<rootDir>/__tests__'],
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': compile({ tsx: false }), '^.+\\.tsx$': compile({ tsx: true }) },
  moduleNameMapper: {
    '^express-payment-webhooks$': '<rootDir>/src/index.ts',
    '^express-payment-webhooks/(formats|keys|operator|orders|read-back|reconcile|tenants|testing|workers)$':
      '<rootDir>/src/$1/index.ts',
    '^express-payment-webhooks/(providers/.*)$': '<rootDir>/src/$1/index.ts',
    '^express-payment-webhooks/(.*)$': '<rootDir>/src/$1.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
}

const matching = (paths) => paths.map((path) => `**/__tests__/${path.replace(/\*\*$/, '**/*')}.test.ts`)
const others = (name) => Object.keys(LISTS).flatMap((other) => (other === name ? [] : LISTS[other]))
const not = (patterns) => patterns.map((pattern) => `!${pattern}`)

const project = (displayName, more = {}) => ({
  ...common,
  displayName,
  testMatch: [
    ...matching(LISTS[displayName] ?? []),
    ...not(matching(others(displayName).filter((path) => !path.endsWith('*')))),
  ],
  ...more,
})

export default {
  projects: [
    project('unit', { testMatch: ['**/*.test.ts', ...not(matching(others('unit'))), ...matching(LISTS.unit)] }),
    project('servers'),
    project('alone', { runner: '<rootDir>/scripts/serial-runner.mjs' }),
    project('generated'),
    project('docs'),
    project('examples', { roots: ['<rootDir>/examples'], testMatch: ['**/*.test.ts'] }),
    project('soak'),
  ],
  // The limit ends tests that hang. It measures nothing, because a busy machine may take several times as long as an idle one.
  testTimeout: 60_000,
  // Two workers, however many cores there are: tests with servers and browsers disturb each other before they get faster. With
  // three workers, those with servers took as long, and a Postgres whose disk stalled failed some.
  maxWorkers: 2,
  // Failures are printed as they come; the summary repeats their names.
  reporters: [['default', { summaryThreshold: Number.MAX_SAFE_INTEGER }], '<rootDir>/scripts/test-summary.mjs'],
  collectCoverageFrom: ['src/**/*.ts'],
  coverageProvider: 'v8',
  coverageThreshold: { global: { lines: 95, branches: 95 } },
}
