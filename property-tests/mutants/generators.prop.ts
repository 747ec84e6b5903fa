import { describe, expect, it } from 'vitest'
import { rngLaws } from '../laws/rng.ts'
import type { GeneratorFlaw } from './generators.ts'
import { generatorMutants } from './generators.ts'

/** The law that must catch each flaw. */
const killedBy: readonly (readonly [GeneratorFlaw, string])[] = [
  ['splits into other keys than foldIn', 'split equals foldIn'],
  ['draws as many numbers as it was asked for at once', 'a longer draw starts with the shorter one'],
  ['ignores where to start', 'number i of a stream depends on key and i only'],
  ['forgets the high word of the counter', 'number i of a stream depends on key and i only'],
  ['draws normals from another stream', 'a normal is the inverse distribution function of the uniform with its number'],
  ['takes subkeys from the draws', 'subkeys and draws use disjoint counters'],
  ['folds in half an index', 'subkeys differ from each other, from their parent and between parents'],
  ['adds the index to the key', 'a changed bit of seed, index or key changes about half the bits'],
  ['hashes a number otherwise than its text', 'a number and its text are the same seed'],
  ['can draw 0', 'uniforms fill the open unit interval evenly'],
  ['prefers small uniforms', 'uniforms fill the open unit interval evenly'],
  ['draws normals of variance 1.05', 'normals follow the standard normal distribution'],
  ['cuts the tails off', 'normals follow the standard normal distribution'],
  ['mixes each normal with its successor', 'neighbours are uncorrelated, within a stream and between streams'],
  ['keeps the incomplete last interval', 'integers are equally likely below any bound'],
  ['clamps a bad bound', 'integers are equally likely below any bound'],
  ['swaps each entry with any other', 'permutations are complete and equally likely'],
  ['keeps a hidden stream', 'a call repeated gives the same, whatever was called between'],
  ['drops leading zeros of a key', 'a key is written and read back, and nothing else is read'],
  ['reads upper case', 'a key is written and read back, and nothing else is read'],
  ['wraps a bad index', 'an index outside 0 … 2^32 - 1 is rejected'],
  ['starts from another root', 'frozen values stay'],
]

const lawOf = (name: string) => {
  const law = rngLaws.find((candidate) => candidate.name === name)
  if (law === undefined) throw new Error(`no law '${name}'`)
  return law
}

describe('the laws of random numbers catch every flaw', () => {
  it('and every law catches one, and every flaw is caught', () => {
    expect([...new Set(killedBy.map(([, law]) => law))].sort()).toEqual(rngLaws.map(({ name }) => name).sort())
    expect(killedBy.map(([flaw]) => flaw).sort()).toEqual(Object.keys(generatorMutants).sort())
  })
  it.each(killedBy.map(([flaw, law]) => ({ flaw, law })))('a generator that $flaw breaks: $law', ({ flaw, law }) => {
    expect(() => lawOf(law).check(generatorMutants[flaw])).toThrow()
  })
})
