import { describe, expect, test } from '@jest/globals'
import { randomFrom, withSeed, type Random } from '../support/with-seed.js'

const choices = (random: Random) => random.shuffle(Array.from({ length: 20 }, () => random.below(1000)))

describe('withSeed', () => {
  test('a failure names the seed, and the same seed makes the same choices', async () => {
    let made: number[] = []
    const failing = withSeed(async (random) => {
      made = choices(random)
      throw new Error('a promise was broken')
    })
    const error = await failing().catch((thrown: unknown) => thrown as Error)
    const [, seed] = /FAULT_SEED=(\d+)/.exec((error as Error).message)!
    expect((error as Error).message).toContain('a promise was broken')
    expect(choices(randomFrom(Number(seed)))).toEqual(made)
    expect(choices(randomFrom(Number(seed) + 1))).not.toEqual(made)
  })
})
