/** Installs as `npm install` would, but from the sources instead of a published package. */
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './snippets.js'

/** @param packages packages that the reader installs in addition */
export function installSources(folder: string, packages: readonly string[] = ['express', 'libsql']): void {
  const modules = join(folder, 'node_modules')
  const installed = join(modules, 'express-payment-webhooks')
  mkdirSync(installed, { recursive: true })
  for (const name of packages) symlinkSync(join(root, 'node_modules', name), join(modules, name))
  symlinkSync(join(root, 'src'), join(installed, 'src'))
  const subpaths = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const exports = {
    '.': './src/index.ts',
    ...Object.fromEntries(subpaths.map(({ name }) => [`./${name}`, `./src/${name}/index.ts`])),
    './providers/*': './src/providers/*/index.ts',
    './queues/*': './src/queues/*.ts',
    './stores/*': './src/stores/*.ts',
  }
  writeFileSync(join(installed, 'package.json'), JSON.stringify({ type: 'module', exports }))
  const command = join(modules, '.bin/express-payment-webhooks')
  mkdirSync(dirname(command))
  const tsx = require.resolve('tsx')
  writeFileSync(command, `#!/bin/sh\nexec node --import '${tsx}' '${join(root, 'src/cli/main.ts')}' "$@"\n`)
  chmodSync(command, 0o755)
}
