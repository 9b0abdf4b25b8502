/** Provides other versions of Node for checks. The registry has each as a package without scripts. */
import { join } from 'node:path'
import { output } from './checks.mjs'

const MAJORS = [20, 22, 24, 26]

/** Returns `{ major, path }` for every supported version except the running one. */
export async function otherNodes(folder) {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const others = MAJORS.filter((major) => major !== Number(process.versions.node.split('.')[0]))
  return Promise.all(
    others.map(async (major) => {
      const prefix = join(folder, `node-${major}`)
      const name = `node-${platform}-${process.arch}`
      await output('npm', [
        'install',
        '--prefix',
        prefix,
        '--no-audit',
        '--no-fund',
        '--ignore-scripts',
        `${name}@${major}`,
      ])
      return { major, path: join(prefix, 'node_modules', name, 'bin', 'node') }
    }),
  )
}
