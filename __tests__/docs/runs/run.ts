/** How the test of a block runs it. */
import { expect } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { allBlocks, type Block } from '../blocks.js'
import { root } from '../snippets.js'

export type Run = (block: Block) => unknown

/** By the name of the block. */
export type Runs = Readonly<Record<string, Run>>

/** The code of another block that this block continues. */
export const codeOf = (name: string): string => allBlocks().find((block) => block.name === name)!.code

/** The block is a file of the examples, which has its own test. */
export function isFile(file: string, ranBy: string): Run {
  return ({ code }) => {
    expect(`${code}\n`).toBe(readFileSync(join(root, file), 'utf8'))
    expectToMention(ranBy, file.replace(/\.ts$/, ''))
  }
}

/** Another test reads the block from the document and runs it. */
export function ranBy(test: string, mention: string): Run {
  return () => expectToMention(test, mention)
}

/** The block contains nothing that could run; the reason is for the reader of the table. */
export function notRun(reason: string): Run {
  return ({ language }) => {
    expect(reason).not.toBe('')
    expect(['ts', 'js']).not.toContain(language)
  }
}

function expectToMention(test: string, text: string): void {
  expect(readFileSync(join(root, test), 'utf8')).toContain(text)
}
