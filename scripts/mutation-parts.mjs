/** What every provider is held to. */
const PROVIDER = ['providers/vectors', 'providers/options', 'flow/explanations']

/** What is done again, given back or held on to: its tests wait for leases to pass. */
const RECOVERY = 'claim|complete|deadline|deduplicate|lease|make-up|release|store-calls'

/**
 * Per part of the sources, the tests that state what it does, in one process and without a database: every mutant runs
 * through them. The schemas of a provider are read when it is loaded, so their mutants run through all of its tests;
 * that is why each provider is a part.
 */
const PARTS = {
  crypto: { sources: 'src/crypto/*.ts', tests: ['crypto/*'] },
  flow: {
    sources: `src/flow/!(${RECOVERY}|replay).ts`,
    tests: ['flow/!(busy|claim|deadline|lease|make-up|outages|replay*|store-*)', 'doors/*'],
  },
  recovery: {
    sources: `src/flow/@(${RECOVERY}).ts`,
    tests: ['flow/!(answers|explanations|log-error|read-body|replay*|reporting|two-copies)'],
  },
  replay: { sources: 'src/flow/replay.ts', tests: ['flow/replay-requests'] },
  orders: { sources: 'src/orders/*.ts', tests: ['orders/!(order-updates|properties|reference|lifecycle)'] },
  'city-pay': { sources: 'src/providers/city-pay*.ts', tests: ['providers/city-pay*', ...PROVIDER] },
  coinbar: { sources: 'src/providers/coinbar*.ts', tests: ['providers/coinbar*', ...PROVIDER] },
  'coins-ph': { sources: 'src/providers/coins-ph*.ts', tests: ['providers/coins-ph*', ...PROVIDER] },
  'crypto-gateway': {
    sources: 'src/providers/crypto-gateway*.ts',
    tests: ['providers/crypto-gateway*', ...PROVIDER],
  },
}

export function partOf(name = '') {
  if (Object.hasOwn(PARTS, name)) return PARTS[name]
  throw new Error(`npm run mutation -- <part>, with one of: ${Object.keys(PARTS).join(', ')}`)
}
