/** Every fenced block of the documents, with a name that stays the same when lines move. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './snippets.js'

export interface Block {
  /** The document, the heading above the block, and a number from the second block on: `README.md > Handlers (2)`. */
  readonly name: string
  /** The language as written after the fence; empty if there is none. */
  readonly language: string
  readonly code: string
}

/** Of the README and every page below docs. */
export function allBlocks(): Block[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('api/'))
    .map((name) => `docs/${name}`)
    .sort()
  return ['README.md', ...docs].flatMap((file) => blocksOf(file, readFileSync(join(root, file), 'utf8')))
}

function blocksOf(file: string, text: string): Block[] {
  const blocks: Block[] = []
  let heading = ''
  let fence: { language: string; lines: string[] } | null = null
  for (const line of text.split('\n')) {
    if (fence === null) {
      if (/^#+ /.test(line)) heading = line.replace(/^#+ /, '')
      if (line.startsWith('```')) fence = { language: line.slice(3), lines: [] }
    } else if (line === '```') {
      const before = blocks.filter(({ name }) => name.replace(/ \(\d+\)$/, '') === `${file} > ${heading}`).length
      const name = `${file} > ${heading}${before === 0 ? '' : ` (${before + 1})`}`
      blocks.push({ name, language: fence.language, code: fence.lines.join('\n') })
      fence = null
    } else {
      fence.lines.push(line)
    }
  }
  if (fence !== null) throw new Error(`${file}: the last block has no end`)
  return blocks
}
