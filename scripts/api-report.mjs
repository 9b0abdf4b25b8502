/**
 * Reports the public surface in one text: the exports of every entry point, with their declarations and without comments. The
 * text is kept in the repository, so that a review shows every change of the surface. `--update` writes it anew.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { subpaths } from './subpaths.mjs'

const root = join(import.meta.dirname, '..')
const FILE = join(root, 'etc/api-report.txt')

export async function checkApiReport() {
  const [kept, found] = [await readFile(FILE, 'utf8').catch(() => ''), await apiReport()]
  if (kept === found) return
  const [before, after] = [kept, found].map((text) => text.split('\n'))
  const gone = before.filter((line) => !after.includes(line)).map((line) => `- ${line}`)
  const added = after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`)
  throw new Error(
    ['the public surface has changed; if that is meant: npm run api:update', ...gone, ...added].slice(0, 60).join('\n'),
  )
}

async function apiReport() {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const entries = subpaths(root, manifest).map((specifier) => ({
    specifier,
    file: declarationsOf(manifest, specifier),
  }))
  const program = ts.createProgram({
    rootNames: entries.map(({ file }) => file),
    options: {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      strict: true,
      noEmit: true,
      types: ['node'],
    },
  })
  const printed = new Map()
  const sections = entries.map(
    ({ specifier, file }) => `${specifier}\n\n${exportsOf(program, file, specifier, printed)}`,
  )
  return `The public surface. Written by "npm run api:update", compared by the gate.\n\n${sections.join('\n')}`
}

function declarationsOf({ name, exports }, specifier) {
  const path = `.${specifier.slice(name.length)}`
  const [pattern, target] = Object.entries(exports).find(([one]) => one === path) ?? [
    path.replace(/[^/]+$/, '*'),
    exports[path.replace(/[^/]+$/, '*')],
  ]
  const stem = path.slice(pattern.indexOf('*'))
  return join(root, pattern.includes('*') ? target.import.types.replace('*', stem) : target.import.types)
}

/** An export of several entry points is printed under the first of them, and only named under the others. */
function exportsOf(program, file, specifier, printedUnder) {
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  if (source === undefined) throw new Error(`${relative(root, file)} was not built`)
  const printer = ts.createPrinter({ removeComments: true })
  return checker
    .getExportsOfModule(checker.getSymbolAtLocation(source))
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((symbol) => {
      const first = printedUnder.get(symbol)
      if (first !== undefined) return `  ${symbol.name}: as in ${first}\n`
      printedUnder.set(symbol, specifier)
      const printed = (symbol.declarations ?? []).map((declaration) => {
        const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
        return printer.printNode(ts.EmitHint.Unspecified, statement, declaration.getSourceFile())
      })
      return `${printed.join('\n').replaceAll(/^/gm, '  ')}\n`
    })
    .join('')
}

if (process.argv.includes('--update')) await writeFile(FILE, await apiReport())
