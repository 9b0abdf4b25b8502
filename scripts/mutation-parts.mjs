/** Tests that apply to every provider. */
const PROVIDER = ['providers/vectors', 'providers/options', 'flow/reporting/explain']

/** A provider is a folder. Its schemas are evaluated when it is loaded, so their mutants run through all its tests. */
const provider = (name) => ({
  sources: [`src/providers/${name}/*.ts`],
  tests: [`providers/${name}/*`, ...PROVIDER],
})

/** The tests of each part of the sources, in one process and without a database, because every mutant runs through them. */
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
  // Work that is retried, released or held: its tests wait for leases to expire.
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
