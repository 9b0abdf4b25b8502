/** The annotated tree of a page, compared with the file system. */
import { expect } from '@jest/globals'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../snippets.js'
import type { Run } from './run.js'

/**
 * Files and folders by path, in the form of the tree: names stand before the comment, below the folder that they are indented
 * under.
 */
function pathsOf(code: string): string[] {
  const folders: string[] = []
  return code.split('\n').flatMap((line) => {
    const [, indent = '', names = ''] = /^( *)(\S+(?: \S+)*)/.exec(line) ?? []
    const depth = indent.length / 2
    // A comment on a line of its own is far to the right.
    if (depth > 8) return []
    const paths = names.split(' ').map((name) => [...folders.slice(0, depth), name].join(''))
    if (names.endsWith('/')) folders.splice(depth, Infinity, names.split(' ').at(-1)!)
    return paths
  })
}

/** Everything in the tree exists. Every folder is named, and so are the files directly below each folder that the tree opens. */
export const isTree: Run = ({ code }) => {
  const named = pathsOf(code)
  const isThere = (path: string) =>
    statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory() === path.endsWith('/')
  expect(named.filter((path) => !isThere(path))).toEqual([])
  const opened = new Set(named.filter((path) => /\.ts$/.test(path)).map((path) => path.replace(/[^/]+$/, '')))
  const found = [...opened].flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true }).map(
      (entry) => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`,
    ),
  )
  expect(found.filter((path) => !named.includes(path))).toEqual([])
}
