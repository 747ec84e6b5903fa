/** HOOFs with one flaw each, and the law that must catch it. */
import { describe, expect, it } from 'vitest'
import { hoof, hoofDefaults } from '../../src/outer/hoof.ts'
import type { HeldBatch, PolicyGradientContext } from '../../src/rl/context.ts'
import { a2cHyperDefaults, a2cHyperSpace } from '../../src/rl/a2c.ts'
import type { MakeHoof } from '../laws/hoof.ts'
import { hoofLaws } from '../laws/hoof.ts'

const sound: MakeHoof = (settings) => hoof({ ...hoofDefaults, ...settings, space: a2cHyperSpace, hyper: a2cHyperDefaults })

/** HOOF that is shown a bent batch. */
const misled = (bend: (batch: HeldBatch) => Partial<HeldBatch>): MakeHoof => (settings) => {
  const whole = sound(settings)
  const seen = (context: PolicyGradientContext | null): PolicyGradientContext | null =>
    context === null || context.batch === null ? context : { ...context, batch: { ...context.batch, ...bend(context.batch) } }
  return { ...whole, propose: (key, state, step, contexts) => whole.propose(key, state, step, contexts.map(seen)) }
}

const flaws: readonly (readonly [string, MakeHoof, string])[] = [
  ['ignores the KL bound', (settings) => sound({ ...settings, klBound: 1e9 }), 'the choice obeys the KL bound, and its divergence is the recorded one'],
  ['takes the worst estimate', misled((batch) => ({ offPolicyValue: (p) => ({ ...batch.offPolicyValue(p), estimate: -batch.offPolicyValue(p).estimate }) })), 'the choice has the greatest estimate within the bound: close to the bound where farther is better, close to nothing where it is worse'],
  ['tries few rates', (settings) => sound({ ...settings, samples: 2 }), 'the choice has the greatest estimate within the bound: close to the bound where farther is better, close to nothing where it is worse'],
  ['never shrinks', (settings) => sound({ ...settings, shrink: 1 }), 'the upper end shrinks by 0.8 where more than 80 % of the candidates are too far, and grows by 1.25 where none is'],
  ['never grows', (settings) => sound({ ...settings, grow: 1 }), 'it finds the rate where the policy is best, and follows the range'],
  ['uses the rate of the estimate for another step', misled((batch) => ({ candidate: (key, hyper) => batch.candidate(key, { ...hyper, learningRate: 2 * hyper.learningRate }) })), 'it finds the rate where the policy is best, and follows the range'],
  ['takes the last resort from the end', (settings) => { const whole = sound(settings); return { ...whole, propose: (key, state, step, contexts) => { const [, after] = whole.propose(key, state, step, contexts); const hyper = { ...after.inForce, learningRate: after.broken === 1 && settings.samples !== 1 ? 2e-7 : after.inForce.learningRate }; return [{ kind: 'use', hyper }, after] } } }, 'where every candidate is too far the first one is taken, and a batch without a finite estimate breaks nothing'],
  ['tries no entropy coefficient', (settings) => sound({ ...settings, entropy: null }), 'entropy coefficients are tried together with the rates'],
]

describe('the laws of HOOF', () => {
  it.each(hoofLaws)('$name', ({ check }) => check(sound))
  it.each(hoofLaws)('$name, one step for each candidate', ({ check }) => check((settings) => sound({ ...settings, candidates: 'exact' })))
  it.each(flaws)('catch one that %s', (_, make, name) => {
    const law = hoofLaws.find((each) => each.name === name)
    expect(() => law?.check(make)).toThrow()
  })
  it('and each law catches one', () => {
    expect(new Set(flaws.map(([, , name]) => name))).toEqual(new Set(hoofLaws.map(({ name }) => name)))
  })
})
