/** Under which licences the package and everything that comes with it may be used. */
import assert from 'node:assert/strict'
import { output } from './checks.mjs'

/** They ask for their text to be kept, and for nothing else. */
const PERMISSIVE = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0']

/** In a folder that has the package installed. */
export async function checkLicences(check, { cwd, name }) {
  await check('everything that is installed with it has a permissive licence', async () => {
    const packages = JSON.parse(await output('npm', ['query', `#${name}, #${name} *`], { cwd }))
    assert.ok(packages.some((one) => one.name === name) && packages.length > 3, 'nothing was found')
    const others = packages.filter(({ license }) => !PERMISSIVE.includes(license))
    assert.deepEqual(
      others.map((one) => `${one.name} ${one.version}: ${one.license}`),
      [],
    )
  })
}
