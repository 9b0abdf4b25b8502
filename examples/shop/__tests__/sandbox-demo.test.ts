import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'

const demo = join(__dirname, '../demo.ts')

test('npm run demo buys with every provider, and ends well', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', demo])
  expect(stdout.match(/the order page says: Paid\./g)).toHaveLength(6)
  expect(stdout).toContain('Five orders, five times paid')
}, 180_000)
