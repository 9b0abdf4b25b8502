/** Runs a block of a document as a separate module, in a scene that provides what the block takes for granted. */
import { createRequire } from 'node:module'
import { compileFunction } from 'node:vm'
import ts from 'typescript'

export interface RunOptions {
  /** Values by name that the text around the block has set up. */
  readonly globals?: object
  /** Names declared in the block whose values the caller needs. */
  readonly results?: readonly string[]
  /** Modules that replace those the block imports, for example the same module listening on another port. */
  readonly modules?: Readonly<Record<string, object>>
}

const requireHere = createRequire(__filename)

/** Answers the requested values and the exports. Tests that the block registers have run when this resolves. */
export async function runBlock(code: string, options: RunOptions = {}): Promise<Record<string, any>> {
  const { globals = {}, results = [], modules = {} } = options
  const tests: { name: string; run: () => unknown }[] = []
  const scope = {
    // A compiled function has the globals of Node, not those of the surrounding test.
    ...{ process, console, Buffer, setInterval },
    describe: (_name: string, register: () => void) => register(),
    test: (name: string, run: () => unknown) => void tests.push({ name, run }),
    ...globals,
  }
  const exported: Record<string, unknown> = {}
  const wanted = `Object.assign(exports, { ${results.join(', ')} })`
  const body = `return (async () => { ${toCommonJs(code)}\n;${wanted} })()`
  const load = (name: string) => modules[name] ?? (requireHere(name) as object)
  const module = compileFunction(body, ['require', 'exports', ...Object.keys(scope)])
  await module(load, exported, ...Object.values(scope))
  for (const { name, run } of tests) {
    try {
      await run()
    } catch (error) {
      throw new Error(`the block's test "${name}" failed: ${String(error)}`, { cause: error })
    }
  }
  return exported
}

function toCommonJs(code: string): string {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
      verbatimModuleSyntax: false,
    },
  })
  return outputText
}
