/** Every specifier that the exports of package.json open. Wildcards are filled in with the built files. */
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

export function subpaths(root, { name, exports }) {
  return Object.entries(exports).flatMap(([pattern, target]) => {
    // A closed subpath is null; a plain file is not a module.
    if (target === null || typeof target === 'string') return []
    const specifier = name + pattern.slice(1)
    if (!pattern.includes('*')) return [specifier]
    return stars(root, target.import.default)
      .map((star) => pattern.replace('*', star))
      .filter((path) => exports[path] !== null)
      .map((path) => name + path.slice(1))
  })
}

/** The texts that can replace the star so that a file exists. */
function stars(root, path) {
  const [before, after] = path.split('*')
  return readdirSync(join(root, dirname(`${before}x`)))
    .map((entry) => (after.startsWith('.') ? entry.slice(0, -after.length) : entry))
    .filter((star) => star !== '' && existsSync(join(root, before + star + after)))
}
