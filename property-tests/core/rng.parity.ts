import { describe, expect, it } from 'vitest'
import { threefryBlocks } from '../../src/core/rng.ts'
import { oracleCases, oracleFamily } from '../fixtures/oracle.ts'

type Input = Readonly<{ generator: string; rounds: number; counter: readonly number[]; key: readonly number[]; source: string }>
type Output = Readonly<{ words: readonly number[] }>

/** The oracle also holds Philox and the four-word Threefry, which this project does not use. */
const cases = oracleCases<Input, Output>(oracleFamily('rng'), 'block').filter(({ input }) => input.generator === 'threefry2x32')

describe('Threefry-2x32-20', () => {
  it('is checked against published and derived answers', () => {
    expect(cases.every(({ input }) => input.rounds === 20)).toBe(true)
    expect(cases.filter(({ input }) => input.source === 'published')).toHaveLength(3)
    expect(cases.filter(({ input }) => input.source === 'derived')).toHaveLength(6)
  })

  it.each(cases)('$name', ({ input, output }) => {
    const words = new Int32Array(2)
    threefryBlocks(words, input.key[0] | 0, input.key[1] | 0, input.counter[0] | 0, input.counter[1] | 0, 1)
    expect([words[0] >>> 0, words[1] >>> 0]).toEqual(output.words)
  })

  it.each(cases)('the same inside a longer fill: $name', ({ input, output }) => {
    const before = 3
    const words = new Int32Array(2 * (before + 1))
    threefryBlocks(words, input.key[0] | 0, input.key[1] | 0, (input.counter[0] - before) | 0, input.counter[1] | 0, before + 1)
    expect([words[2 * before] >>> 0, words[2 * before + 1] >>> 0]).toEqual(output.words)
  })
})
