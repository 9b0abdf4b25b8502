#!/usr/bin/env node
// Prepares the files that npm publishes. The manifest gets the repository. Links to files that are not packed become addresses
// in the repository. The changelog's part for unreleased changes gets the version and the day. The publish workflow runs it in a
// checkout that is thrown away:
//   node scripts/for-publishing.mjs owner/name v0.1.0
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The manifest's fields that depend on the publisher. */
export function manifestFields(repository) {
  const home = `https://github.com/${repository}`
  return {
    repository: { type: 'git', url: `git+${home}.git` },
    homepage: `${home}#readme`,
    bugs: { url: `${home}/issues` },
  }
}

/**
 * A page whose links to files that are not packed are addresses in the repository.
 *
 * @param page its path from the root
 * @param isPacked true if a path from the root is in the package
 * @param isFolder true if a path from the root is a folder
 */
export function withAddresses(markdown, page, { repository, tag, isPacked, isFolder }) {
  let isCode = false
  const lines = markdown.split('\n').map((line) => {
    if (line.startsWith('```')) isCode = !isCode
    return isCode ? line : line.replace(/\]\(([^)\s]+)\)/g, (link, target) => address(target) ?? link)
  })
  return lines.join('\n')

  function address(target) {
    const [path, fragment] = target.split('#')
    if (path === '' || /^[a-z]+:/.test(path)) return undefined
    const file = normalize(join(dirname(page), path)).replace(/^\.$|\/$/, '')
    if (isPacked(file)) return undefined
    const kind = isFolder(file) ? 'tree' : 'blob'
    const place = [repository, kind, tag, ...(file === '' ? [] : [file])].join('/')
    return `](https://github.com/${place}${fragment === undefined ? '' : `#${fragment}`})`
  }
}

/**
 * A changelog whose part for unreleased changes is named after this version.
 *
 * @param day such as `2026-11-28`
 * @throws when the changelog has neither such a part nor one about this version
 */
export function withVersion(changelog, version, day) {
  const heading = `## [${version}] - ${day}`
  if (changelog.includes(`\n## [${version}]`)) return changelog
  if (!changelog.includes('\n## [Unreleased]\n')) throw new Error(`CHANGELOG.md says nothing about ${version}`)
  return changelog.replace('\n## [Unreleased]\n', `\n${heading}\n`)
}

/** Paths from the root, as npm would pack them. */
function packedPaths(root) {
  const report = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  })
  return Object.values(JSON.parse(report))[0].files.map(({ path }) => path)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [repository, tag] = process.argv.slice(2)
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository ?? '') || !/^v\d/.test(tag ?? '')) {
    console.error('usage: node scripts/for-publishing.mjs owner/name v1.2.3')
    process.exit(2)
  }
  const root = join(import.meta.dirname, '..')
  const packed = packedPaths(root)
  const place = {
    repository,
    tag,
    isPacked: (path) => packed.includes(path),
    isFolder: (path) => statSync(join(root, path)).isDirectory(),
  }
  for (const page of packed.filter((path) => path.endsWith('.md'))) {
    writeFileSync(join(root, page), withAddresses(readFileSync(join(root, page), 'utf8'), page, place))
  }
  const changelog = join(root, 'CHANGELOG.md')
  const day = new Date().toISOString().slice(0, 10)
  writeFileSync(changelog, withVersion(readFileSync(changelog, 'utf8'), tag.slice(1), day))
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  writeFileSync(
    join(root, 'package.json'),
    `${JSON.stringify({ ...manifest, ...manifestFields(repository) }, null, 2)}\n`,
  )
}
