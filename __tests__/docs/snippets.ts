/** Finds the TypeScript blocks of documents and doc comments, and type-checks them against the sources. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { MOLLIE_CLIENT_TYPES } from './mollie-client.js'
import { PRISMA_TYPES } from './prisma.js'

export const root = join(__dirname, '../..')

export interface Snippet {
  /** Relative to the root. */
  readonly file: string
  /** Line of the first line of code, counted from 1. */
  readonly line: number
  readonly code: string
}

/** First line of a block that other blocks import: the name of the file that it is saved as. */
const NAMED = /^(?:\/\/|\/\*\*) ([\w.-]+\.ts)\b/

/** Declarations that the blocks take for granted: the shop around them. */
const PRELUDE = `
import expressModule, { type Express } from 'express'
import type { Server } from 'node:http'
import jestGlobals from '@jest/globals'
import type * as kit from 'express-payment-webhooks'
import type { DurableStore } from './src/store.js'
import type { OrderPayment, OrderUpdates, PaymentName } from './src/orders/index.js'

declare global {
  const express: typeof expressModule
  const app: Express
  const describe: typeof jestGlobals.describe
  const test: typeof jestGlobals.test
  const expect: typeof jestGlobals.expect
  const orders: {
    find(orderId: string | null): Promise<{ id: string; status: string; cityPayToken: string; total: kit.Money } | undefined>
    recordPaid(orderId: string | null, received: kit.Money | null): Promise<void>
    credit(paymentId: string | null, received: kit.Money | null, idempotencyKey?: string): Promise<void>
    paymentOf(orderId: string | null, paymentIds?: readonly string[]): Promise<OrderPayment | null>
    saveIfVersion(order: OrderPayment, version: number, effects?: { readonly ship?: boolean; readonly learned?: readonly PaymentName[] }): Promise<boolean>
    openSince(deadline: Date): Promise<OrderPayment[]>
    cancelOld(): Promise<void>
    inReview(): Promise<OrderPayment[]>
    paidButHeld(): Promise<{ id: string | number; word: string }[]>
  }
  const payment: OrderPayment
  const openOrders: (provider: string) => Promise<{ orderId: string; paymentId: string }[]>
  const invoiceId: string
  const addressId: string
  const address: string
  /** The block above it in docs/migrate.md. */
  const lookOn: typeof import('./examples/recipes/migrate/look-on.js').lookOn
  const updates: OrderUpdates
  const mail: (orderId: string, idempotencyKey: string) => Promise<void>
  const ship: (orderId: string) => Promise<void>
  const provider: ReturnType<typeof kit.coinsPh>
  const options: kit.WebhookOptions<kit.WebhookEvent>
  const outcome: kit.Outcome
  const webhook: ReturnType<typeof kit.paymentWebhook>
  const server: Server
  const store: DurableStore
  const body: Buffer
  const headers: kit.DeliveryHeaders
  const orderToken: (orderId: string) => Promise<string | null>
  const acmePay: (options: { secret: kit.Secret }) => kit.Provider
  const client: object
  const myStore: (client: object) => DurableStore
  const log: { info(details: object): void; error(details: object): void; warn(details: object): void }
  const metrics: { count(name: string, labels: object): void }
}
`

/** Every block of the documents below a folder, or of one file. */
export function snippetsIn(path: string): Snippet[] {
  return filesIn(join(root, path)).flatMap((file) => blocksOf(relative(root, file), readFileSync(file, 'utf8')))
}

/** Every file below a folder with one of the endings, or the one file. */
function filesIn(path: string): string[] {
  if (/\.(md|ts)$/.test(path)) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(md|ts)$/.test(name))
    .map((name) => join(path, name))
}

/** Blocks fenced as `ts`; in source files, those inside comments. */
export function blocksOf(file: string, text: string): Snippet[] {
  const lines = text.split('\n').map((line) => (file.endsWith('.ts') ? line.replace(/^ *\* ?/, '') : line))
  const snippets: Snippet[] = []
  for (let at = 0; at < lines.length; at++) {
    if (lines[at] !== '```ts') continue
    const end = lines.indexOf('```', at)
    if (end === -1) throw new Error(`${file}:${at + 1}: the block has no end`)
    snippets.push({ file, line: at + 2, code: lines.slice(at + 1, end).join('\n') })
    at = end
  }
  return snippets
}

/** Everything that a self-contained block may take for granted. */
export const ALONE = 'export {}'

/** Answers one line, `file:line: message`, for every fault. All snippets are checked as one program. */
export function typeFaults(snippets: readonly Snippet[], around = PRELUDE): string[] {
  const sources = new Map<string, string>()
  const documents = new Map<string, string>()
  for (const snippet of snippets) {
    const name = nameOf(snippet)
    // If two blocks are saved under one name, for example one per engine, others import the first.
    const path = name !== null && !sources.has(pathOf(snippet, name)) ? pathOf(snippet, name) : pathOf(snippet)
    sources.set(path, textOf(snippet))
    documents.set(path, snippet.file)
  }
  for (const { file, code } of snippets) {
    for (const [, name = ''] of code.matchAll(/ from '\.\/([\w.-]+)\.js'/g))
      addFromOtherPage(sources, file, `${name}.ts`)
  }
  sources.set(join(root, 'prelude.d.ts'), around)
  sources.set(join(root, 'prisma.d.ts'), PRISMA_TYPES)
  sources.set(join(root, 'mollie-client.d.ts'), MOLLIE_CLIENT_TYPES)

  const disk = ts.createCompilerHost(compilerOptions())
  const host: ts.CompilerHost = {
    ...disk,
    directoryExists: (path) => path.endsWith(FOLDER) || disk.directoryExists!(path),
    fileExists: (path) => sources.has(path) || disk.fileExists(path),
    readFile: (path) => sources.get(path) ?? disk.readFile(path),
    getSourceFile(path, languageVersion, ...rest) {
      const source = sources.get(path)
      if (source === undefined) return disk.getSourceFile(path, languageVersion, ...rest)
      return ts.createSourceFile(path, source, languageVersion)
    },
  }

  const program = ts.createProgram([...sources.keys()], compilerOptions(), host)
  return [...sources.keys()].flatMap((path) => {
    const source = program.getSourceFile(path)
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((fault) =>
      describeFault(fault, documents),
    )
  })
}

export function compilerOptions(): ts.CompilerOptions {
  const config = join(root, 'tsconfig.json')
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, (path) => ts.sys.readFile(path)).config,
    ts.sys,
    root,
    {},
    config,
  )
  // A snippet shows how something is made, and does not always use it.
  return { ...options, noUnusedLocals: false, noUnusedParameters: false }
}

/** If no block of a page is the file that another block imports, the file is a block of another page. */
function addFromOtherPage(sources: Map<string, string>, file: string, name: string): void {
  const path = join(root, `${file}${FOLDER}`, name)
  if (sources.has(path)) return
  // Two pages print a module of this name; the one for new shops is in docs/orders.md.
  const other = join(root, `docs/orders.md${FOLDER}`, name)
  if (sources.has(other)) sources.set(path, `export * from '../orders.md${FOLDER}/${name.replace(/ts$/, 'js')}'`)
}

/** The folder of a page and its blocks, which import each other as files that a reader saves side by side. */
const FOLDER = '.blocks'

const nameOf = ({ code }: Snippet): string | null => NAMED.exec(code.split('\n', 1)[0]!)?.[1] ?? null

/** Below the root, so that modules resolve as they would there. */
function pathOf({ file, line }: Snippet, name = `${line}.ts`): string {
  return join(root, `${file}${FOLDER}`, name)
}

/** As many empty lines at the top as in the document, so that line numbers agree; a module, so that it may use await. */
function textOf({ line, code }: Snippet): string {
  return `${'\n'.repeat(line - 1)}${code}\nexport {}\n`
}

function describeFault({ file, start, messageText }: ts.Diagnostic, documents: ReadonlyMap<string, string>): string {
  const message = ts.flattenDiagnosticMessageText(messageText, ' ')
  if (file === undefined) return message
  const { line } = file.getLineAndCharacterOfPosition(start ?? 0)
  return `${documents.get(file.fileName) ?? relative(root, file.fileName)}:${line + 1}: ${message}`
}
