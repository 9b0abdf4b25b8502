/** What every provider is held to. */
const PROVIDER = ['providers/vectors', 'providers/options', 'flow/reporting/explain']

/** A provider is a folder. Its schemas are read when it is loaded, so their mutants run through all of its tests. */
const provider = (name) => ({
  sources: [`src/providers/${name}/*.ts`],
  tests: [`providers/${name}/*`, ...PROVIDER],
})

/**
 * Per part of the sources, the tests that state what it does, in one process and without a database: every mutant runs
 * through them.
 */
const PARTS = {
  crypto: { sources: ['src/crypto/*.ts'], tests: ['crypto/*'] },
  http: { sources: ['src/http/*.ts', 'src/delivery.ts'], tests: ['http/*', 'delivery', 'receive.doors'] },
  flow: {
    sources: [
      'src/receive.ts',
      'src/flow/@(authenticate|confirm|dispatch|parse|quarantine|refuse|to-event).ts',
      'src/flow/@(reporting|state)/*.ts',
      'src/lib/@(rate-limit|thrown).ts',
    ],
    tests: [
      'receive',
      'receive.doors',
      'flow/@(authenticate|confirm|quarantine|refuse|to-event)',
      'flow/@(reporting|state)/*',
      'lib/*',
    ],
  },
  // What is done again, given back or held on to: its tests wait for leases to pass.
  recovery: {
    sources: ['src/flow/@(complete|deduplicate|release).ts', 'src/flow/claims/*.ts', 'src/lib/deadline.ts'],
    tests: ['receive*', 'flow/@(complete|deduplicate|release)', 'flow/claims/*'],
  },
  lifecycle: {
    sources: ['src/flow/lifecycle/*.ts', 'src/flow/replay.ts'],
    tests: ['flow/lifecycle/*', 'flow/replay'],
  },
  orders: {
    sources: ['src/orders/*.ts'],
    tests: ['orders/!(order-updates|properties|reference|lifecycle)'],
  },
  'city-pay': provider('city-pay'),
  coinbar: provider('coinbar-pay'),
  'coins-ph': provider('coins-ph'),
  'crypto-gateway': provider('crypto-gateway'),
}

export function partOf(name = '') {
  if (Object.hasOwn(PARTS, name)) return PARTS[name]
  throw new Error(`npm run mutation -- <part>, with one of: ${Object.keys(PARTS).join(', ')}`)
}
