/** Checks the licences of the package and of everything that is installed with it. */
import assert from 'node:assert/strict'
import { output } from './checks.mjs'

/** These licences only require that their text is kept. */
const PERMISSIVE = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0']

/** `cwd` is a folder in which the package is installed. */
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
