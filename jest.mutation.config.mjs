import base from './jest.config.mjs'

/** Per folder of the sources, the tests that state what it does in one process: every mutant runs through them. */
const TESTS = {
  crypto: ['crypto/*'],
  flow: ['flow/*'],
  orders: ['orders/settle', 'orders/facts', 'orders/keeping'],
  providers: ['providers/*'],
}

const folder = process.env.MUTATION_FOLDER ?? ''
if (!(folder in TESTS)) throw new Error(`npm run mutation -- <folder>, with one of: ${Object.keys(TESTS).join(', ')}`)

export default { ...base, testMatch: TESTS[folder].map((name) => `<rootDir>/__tests__/${name}.test.ts`) }
