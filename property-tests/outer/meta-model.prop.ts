import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { rootKey } from '../../src/core/rng.ts'
import type { EsContext } from '../../src/es/context.ts'
import type { MetaModelOptions } from '../../src/outer/meta-model.ts'
import { metaModel } from '../../src/outer/meta-model.ts'

const authors: MetaModelOptions = {
  encoder: 'lstm',
  popsize: 200,
  history: 10,
  rowOrder: 'ascending',
  rowScale: 'z-score',
  hidden: 1024,
  readout: 32,
  between: 'linear',
  passes: 2,
  outputs: 1,
}
const small: MetaModelOptions = { ...authors, popsize: 6, history: 3, hidden: 4, readout: 3, outputs: 2 }
const contextOf = (...fitness: readonly number[]): EsContext => ({ populationFitness: Float64Array.from(fitness), policyReturn: 2, generation: 0 })

describe('the model of the meta level', () => {
  it("has the authors' sizes at the authors' settings", () => {
    expect(metaModel(authors, reference).size).toBe(5_054_529)
    expect(metaModel({ ...authors, popsize: 40 }, reference).size).toBe(4_399_169)
    expect(metaModel({ ...authors, encoder: 'none' }, reference).size).toBe(37_953)
  })

  it.each(['lstm', 'none'] as const)('answers inside the unit cube, and reads what it sees (%s)', (encoder) => {
    const model = metaModel({ ...small, encoder }, reference)
    const parameters = model.init(rootKey(1))
    expect(parameters.length).toBe(model.size)
    const blank = model.point(parameters, model.blank)
    const seen = model.point(parameters, model.see(model.blank, contextOf(1, 5, 3, 2, 9, 4)))
    expect(seen.length).toBe(2)
    for (const u of [...blank, ...seen]) expect(u > 0 && u < 1).toBe(true)
    expect(seen).not.toEqual(blank)
  })

  it('reads the place of the unperturbed policy and of the extremes where there is no encoder', () => {
    const model = metaModel({ ...small, popsize: 4, encoder: 'none' }, reference)
    // mean 2.5, deviation 1.118: two of four are better than 2
    const expected = [0.5, -0.5 / 1.118033988749895, 1.5 / 1.118033988749895, -1.5 / 1.118033988749895]
    // 1e-7: the epsilon 1e-8 beside the deviation
    model.see(model.blank, contextOf(1, 2, 3, 4)).forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(1e-7))
    expect([...model.see(model.blank, contextOf(3, 3, 3, 3))]).toEqual([0, 0, 0, 0])
    const unevaluated = model.see(model.blank, { ...contextOf(1, 2, 3, 4), policyReturn: Number.NaN })
    expect(Math.abs(unevaluated[1])).toBe(0)
  })

  it.each(['lstm', 'none'] as const)('refuses a population of another size (%s)', (encoder) => {
    const model = metaModel({ ...small, encoder }, reference)
    expect(() => model.see(model.blank, contextOf(1, 2, 3))).toThrow(/populations of 6, the learner has 3/)
  })

  it('refuses sizes that are not positive integers', () => {
    expect(() => metaModel({ ...small, popsize: 0 }, reference)).toThrow(/popsize must be a positive integer, received 0/)
    expect(() => metaModel({ ...small, hidden: 2.5 }, reference)).toThrow(RangeError)
  })
})
