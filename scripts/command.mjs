/** Checks the operator's command in an installed package. */
import assert from 'node:assert/strict'
import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { output } from './checks.mjs'

const KEEP = `import Database from 'libsql'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'

const db = new Database('payments.db')
const store = sqliteStore(db)
await store.init()
await store.quarantine({ key: 'kept-1', provider: 'acme', account: '', eventId: null, orderId: null, headers: {}, code: 'JSON_INVALID', message: 'not JSON', body: Buffer.from('{') })
await store.close()
db.close()
`

/** `cwd` is a folder in which the package and libsql are installed. */
export async function checkCommand(check, { cwd, version }) {
  const command = (...args) => output('npx', ['--no-install', 'express-payment-webhooks', ...args], { cwd })
  await check('npx express-payment-webhooks --version', async () =>
    assert.equal((await command('--version')).trim(), version),
  )
  await check('the page that an error names opens from the folder of the shop', async () => {
    const loaded =
      "import('express-payment-webhooks').then((m) => { try { m.memoryStore({ maxEvents: 0 }) } catch (error) { console.log(error.message) } })"
    const [, page] = /\(see ([^#]+)#config_option_invalid\)/.exec(
      await output(process.execPath, ['-e', loaded], { cwd }),
    )
    await access(join(cwd, page))
  })
  await check('npx express-payment-webhooks events, on an SQLite file made through the store', async () => {
    await output('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', 'libsql'], {
      cwd,
    })
    await writeFile(join(cwd, 'keep.mjs'), KEEP)
    await output(process.execPath, ['keep.mjs'], { cwd })
    const records = JSON.parse(await command('events', '--store', 'sqlite:payments.db', '--json'))
    assert.deepEqual(
      records.map(({ key, state, code }) => ({ key, state, code })),
      [{ key: 'kept-1', state: 'quarantined', code: 'JSON_INVALID' }],
    )
  })
}
