/** Other versions of Node to run the package on: the registry has each as a package without scripts. */
import { join } from 'node:path'
import { output } from './checks.mjs'

const MAJORS = [20, 22, 24, 26]

/** Answers `{ major, path }` for every supported version but the one that is running. */
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
