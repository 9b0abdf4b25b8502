/** How a block of a document is put to the test. */
import { expect } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { allBlocks, type Block } from '../blocks.js'
import { root } from '../snippets.js'

export type Run = (block: Block) => unknown

/** By the name of the block. */
export type Runs = Readonly<Record<string, Run>>

/** The code of another block, which this one goes on from. */
export const codeOf = (name: string): string => allBlocks().find((block) => block.name === name)!.code

/** The block is a file of the examples, which a test runs. */
export function isFile(file: string, ranBy: string): Run {
  return ({ code }) => {
    expect(`${code}\n`).toBe(readFileSync(join(root, file), 'utf8'))
    expectToMention(ranBy, file.replace(/\.ts$/, ''))
  }
}

/** Another test takes the block from the document and runs it. */
export function ranBy(test: string, mention: string): Run {
  return () => expectToMention(test, mention)
}

/** There is nothing in it that could run; the reason is for whoever reads the table. */
export function notRun(reason: string): Run {
  return ({ language }) => {
    expect(reason).not.toBe('')
    expect(['ts', 'js']).not.toContain(language)
  }
}

function expectToMention(test: string, text: string): void {
  expect(readFileSync(join(root, test), 'utf8')).toContain(text)
}
