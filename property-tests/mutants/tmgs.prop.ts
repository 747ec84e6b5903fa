/** Meta-gradient levels with one flaw each, and the law that must catch it. */
import { describe, expect, it } from 'vitest'
import { tmg, tmgDefaults } from '../../src/outer/tmg.ts'
import type { TmgState } from '../../src/outer/tmg.ts'
import { a2cHyperDefaults, a2cHyperSpace } from '../../src/rl/a2c.ts'
import type { MakeTmg } from '../laws/tmg.ts'
import { tmgLaws } from '../laws/tmg.ts'

const sound: MakeTmg = (settings, learningRate) =>
  tmg({ ...tmgDefaults, high: 0.5, ...settings, space: a2cHyperSpace, hyper: { ...a2cHyperDefaults, learningRate } })

const bent = (bend: (after: TmgState, before: TmgState) => TmgState): MakeTmg => (settings, learningRate) => {
  const whole = sound(settings, learningRate)
  return {
    ...whole,
    propose: (key, state, step, contexts) => {
      const [proposal, after] = whole.propose(key, state, step, contexts)
      return [proposal, bend(after, state)]
    },
  }
}

const flaws: readonly (readonly [string, MakeTmg, string])[] = [
  ['forgets to divide by the rate', bent((after) => ({ ...after, used: Number.isNaN(after.used) ? after.used : 1 })), 'the meta-gradient is the derivative of performance after the step by the rate of the step'],
  ['looks back two updates', bent((after, before) => ({ ...after, before: before.before ?? after.before })), 'the meta-gradient is the derivative of performance after the step by the rate of the step'],
  ['moves by twice β', (settings, rate) => sound({ ...settings, beta: 2 * (settings.beta ?? tmgDefaults.beta) }, rate), 'the rate moves by β times the meta-gradient, from the second update on'],
  ['descends', bent((after, before) => ({ ...after, rate: before.rate - (after.rate - before.rate) })), 'a small rate grows while steps fall short, a large one falls where they go beyond the goal'],
  ['knows no range', (settings, rate) => sound({ ...settings, low: 1e-6, high: 0.5 }, rate), 'the rate stays inside its range, and every time that it is held there is counted'],
]

describe('the laws of the meta-gradient level', () => {
  it.each(tmgLaws)('$name', ({ check }) => check(sound))
  it.each(flaws)('catch one that %s', (_, make, name) => {
    const law = tmgLaws.find((each) => each.name === name)
    expect(() => law?.check(make)).toThrow()
  })
  it('and each law catches one', () => {
    expect(new Set(flaws.map(([, , name]) => name))).toEqual(new Set(tmgLaws.map(({ name }) => name)))
  })
})
