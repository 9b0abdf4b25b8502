/** Every specifier that the exports of package.json open, wildcards filled in with what was built. */
import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

export function subpaths(root, { name, exports }) {
  return Object.entries(exports).flatMap(([pattern, target]) => {
    // A closed subpath is null; a plain file is not a module.
    if (target === null || typeof target === 'string') return []
    const specifier = name + pattern.slice(1)
    if (!pattern.includes('*')) return [specifier]
    const folder = join(root, dirname(target.import.default))
    const modules = readdirSync(folder).filter((file) => file.endsWith('.js'))
    const open = modules
      .map((file) => pattern.replace('*', basename(file, '.js')))
      .filter((path) => exports[path] !== null)
    return open.map((path) => name + path.slice(1))
  })
}
