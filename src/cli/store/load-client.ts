/** Loads a database client from the project in which the command runs. This package depends on none of them. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CommandError, EXIT } from '../command.js'
import { messageOf } from '../connection-error.js'

/** @throws CommandError when none of these packages is installed there, or the first installed one is broken */
export async function loadClient(
  cwd: string,
  kind: string,
  names: readonly string[],
): Promise<{ readonly name: string; readonly module: unknown }> {
  for (const name of names) {
    const module = await loadFrom(cwd, name)
    if (module !== undefined) return { name, module }
  }
  const packages = names.filter((name) => !name.startsWith('node:'))
  throw new CommandError(
    EXIT.unreachable,
    `a ${kind} store is read with the client of your project, and none is installed here: npm install ${packages.join(', or ')}`,
  )
}

/** An export, by name. A CommonJS module that is loaded with `import` may have its names only on the default export. */
export function exported(module: unknown, name: string): unknown {
  const { default: inner, ...names } = module as { default?: Record<string, unknown> } & Record<string, unknown>
  return name === 'default' ? inner : (names[name] ?? inner?.[name])
}

async function loadFrom(cwd: string, name: string): Promise<unknown> {
  let target = name
  try {
    const { resolve } = createRequire(join(cwd, 'package.json'))
    if (!name.startsWith('node:')) target = pathToFileURL(resolve(name)).href
    return await import(target)
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (target === name && (code === 'MODULE_NOT_FOUND' || code === 'ERR_UNKNOWN_BUILTIN_MODULE')) return undefined
    const message = `${name} is installed and cannot be loaded: ${messageOf(error)}. To fix it, run npm rebuild ${name}, or install it again`
    throw new CommandError(EXIT.unreachable, message, { cause: error })
  }
}
