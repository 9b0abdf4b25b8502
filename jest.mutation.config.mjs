import { common } from './jest.config.mjs'
import { partOf } from './scripts/mutation-parts.mjs'

const { tests } = partOf(process.env.MUTATION_PART)

export default { ...common, testMatch: tests.map((name) => `<rootDir>/__tests__/${name}.test.ts`) }
