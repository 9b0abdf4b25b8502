/**
 * Checks the package that npm would publish: packs it, examines the tarball, and installs it into small shops outside the
 * repository.
 */
import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { checkApiReport } from './api-report.mjs'
import { createChecks, output } from './checks.mjs'
import { checkCommand } from './command.mjs'
import { checkConsumer, CONSUMERS } from './consumers.mjs'
import { withAddresses, withVersion } from './for-publishing.mjs'
import { checkNext, checkNodeSqlite } from './hosts.mjs'
import { checkExportable } from './exportable.mjs'
import { checkFirstShop } from './first-shop.mjs'
import { checkLicences } from './licences.mjs'
import { checkProviderSizes, checkSize, CORE_LIMIT, PROVIDER_LIMIT } from './size.mjs'
import { otherNodes } from './node-versions.mjs'
import { checkPrivateFiles } from './private-files.mjs'
import { subpaths } from './subpaths.mjs'

const root = join(import.meta.dirname, '..')
const { check, finish } = createChecks('package')

async function pack(folder) {
  await output(process.execPath, [join(root, 'scripts/build.mjs')])
  const packed = await output('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
  })
  const [report] = Object.values(JSON.parse(packed))
  return { ...report, tarball: join(folder, report.filename) }
}

function checkFiles(manifest, files) {
  const always = ['package.json', 'README.md', 'LICENSE']
  const listed = manifest.files.filter((entry) => !['dist', 'docs'].includes(entry))
  const isBuilt = (path) => /^dist\/(esm|cjs)\/(package\.json|.+\.(js|d\.ts))$/.test(path)
  // The README, which the registry and editors show, links to these pages.
  const isPage = (path) => /^docs\/((providers\/)?[\w-]+\.md|images\/[\w-]+\.png)$/.test(path)
  const others = files.map(({ path }) => path).filter((path) => !isBuilt(path) && !isPage(path))
  assert.ok(files.some(({ path }) => path === 'docs/errors.md'))
  assert.deepEqual(others.sort(), [...always, ...listed].sort())
}

/** As the publish workflow makes the links. */
async function checkLinks(files) {
  const packed = files.map(({ path }) => path)
  const place = {
    repository: 'owner/name',
    tag: 'v0.1.0',
    isPacked: (path) => packed.includes(path),
    isFolder: (path) => statSync(join(root, path)).isDirectory(),
  }
  const nowhere = []
  let addresses = 0
  for (const page of packed.filter((path) => path.endsWith('.md'))) {
    const made = withAddresses(await readFile(join(root, page), 'utf8'), page, place)
    addresses += made.split('https://github.com/owner/name/').length - 1
    const text = made.replace(/^```[\s\S]*?^```$/gm, '')
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      const [path] = target.split('#')
      if (path === '' || /^[a-z]+:/.test(path) || packed.includes(join(dirname(page), path))) continue
      nowhere.push(`${page}: ${target}`)
    }
  }
  assert.deepEqual(nowhere, [])
  assert.ok(addresses > 0, 'no page has a link to what is not packed')
}

/** As the publish workflow makes the changelog. */
async function checkChangelog(version) {
  const made = withVersion(await readFile(join(root, 'CHANGELOG.md'), 'utf8'), version, '2026-11-28')
  const [first] = made.match(/^## .*$/m) ?? []
  assert.equal(first, `## [${version}] - 2026-11-28`)
  assert.ok(!made.includes('[Unreleased]'), 'the published changelog has a part that is not released')
  assert.throws(() => withVersion('# Changelog\n', version, '2026-11-28'), /says nothing about/)
}

function checkScripts({ scripts }) {
  const atInstall = ['preinstall', 'install', 'postinstall', 'prepare'].filter((name) => name in scripts)
  assert.deepEqual(atInstall, [], 'nothing may run on the machine that installs the package')
}

async function checkWithPublint(tarball) {
  const { messages, pkg } = await publint({ pack: { tarball: await readFile(tarball) }, strict: true })
  const found = messages.map((message) => formatMessage(message, pkg, { color: false }))
  assert.deepEqual(found, [])
}

/** Checked with every module resolution of TypeScript. `node10` predates `exports` and finds subpaths through `typesVersions`. */
async function checkTypes(tarball, specifiers, name) {
  const attw = fileURLToPath(new URL('dist/index.js', import.meta.resolve('@arethetypeswrong/cli/package.json')))
  const entrypoints = specifiers.map((specifier) => specifier.replace(name, '.'))
  const options = ['--profile', 'strict', '--no-definitely-typed', '--no-emoji', '--no-color', '--format', 'ascii']
  await output(process.execPath, [attw, tarball, ...options, '--entrypoints', ...entrypoints])
}

const folder = await mkdtemp(join(tmpdir(), 'check-package-'))
try {
  const packed = await check('npm pack', () => pack(folder))
  if (packed !== undefined) {
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    const specifiers = subpaths(root, manifest)
    await check('the tarball holds the build and the listed documents, nothing else', () =>
      checkFiles(manifest, packed.files),
    )
    await check('no link of a packed page leads nowhere', () => checkLinks(packed.files))
    await check('the published changelog begins with the version', () => checkChangelog(manifest.version))
    await check('no script runs at install', () => checkScripts(manifest))
    await check('the public surface is the one in etc/api-report.txt', checkApiReport)
    const size = await check(`the core is at most ${kilobytes(CORE_LIMIT)}`, () => checkSize(root))
    console.log(`size    core ${kilobytes(size)}, minified and compressed, without its dependencies`)
    const largest = await check(`a provider adds at most ${kilobytes(PROVIDER_LIMIT)}`, () => checkProviderSizes(root))
    if (largest !== undefined)
      console.log(`size    ${largest.name}, the largest provider, adds ${kilobytes(largest.added)}`)
    await check('publint, strict', () => checkWithPublint(packed.tarball))
    await check(`types resolve: ${specifiers.length} entry points`, () =>
      checkTypes(packed.tarball, specifiers, manifest.name),
    )
    const nodes = (await check('other versions of Node install', () => otherNodes(folder))) ?? []
    await Promise.all(
      CONSUMERS.map((consumer) => checkConsumer(check, consumer, { folder, root, ...packed, specifiers, nodes })),
    )
    await checkExportable(check, { cwd: join(folder, 'esm-ts'), name: manifest.name, specifiers })
    const installed = join(folder, CONSUMERS[0].name)
    // Each check installs its own dependencies, and waits for the network most of the time.
    await Promise.all([
      checkPrivateFiles(check, { cwd: installed, root, name: manifest.name, specifiers }),
      checkNodeSqlite(check, { folder, root, ...packed, nodes }),
      checkNext(check, { folder, root, ...packed }),
      checkFirstShop(check, { folder, root, ...packed }),
    ])
    await checkLicences(check, { cwd: installed, name: manifest.name })
    await checkCommand(check, { cwd: installed, version: manifest.version })
    console.log(
      `size    ${kilobytes(packed.size)} packed, ${kilobytes(packed.unpackedSize)} unpacked, ${packed.files.length} files`,
    )
  }
} finally {
  await rm(folder, { recursive: true, force: true })
  finish()
}

function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1)} KB`
}
