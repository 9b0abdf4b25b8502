/** Hosts that the test suite cannot provide: a built Next.js application, and the SQLite of newer versions of Node. */
import { output } from './checks.mjs'
import { installConsumer } from './consumers.mjs'

export async function checkNext(check, packed) {
  const cwd = await installConsumer(check, 'next', packed)
  if (cwd === undefined) return
  await check('next: the built application handles a signed callback once, and refuses the others', () =>
    output(process.execPath, ['shop.mjs'], { cwd }),
  )
}

/** `node:sqlite` came with Node 22. */
const FIRST_WITH_SQLITE = 22

export async function checkNodeSqlite(check, { nodes, ...packed }) {
  const cwd = await installConsumer(check, 'sqlite', packed)
  if (cwd === undefined) return
  for (const { major, path } of nodes.filter(({ major }) => major >= FIRST_WITH_SQLITE)) {
    await check(`sqlite: the store passes its conformance suite on node:sqlite of Node ${major}`, () =>
      output(path, ['--test', 'conformance.mjs'], { cwd }),
    )
  }
}
