import { describe, expect, it } from 'vitest'
import { discountedReturns, gae, nStepReturns, type Transitions } from '../../src/rl/returns.ts'
import { mismatches, oracleCases, oracleFamily } from '../fixtures/oracle.ts'

type Rows<T> = readonly (readonly T[])[]
type Rollout = Readonly<{ rewards: Rows<number>; terminated: Rows<boolean>; truncated: Rows<boolean>; next_values: Rows<number>; gamma: number }>

const family = oracleFamily('returns')
const flat = (rows: Rows<number>): Float64Array => Float64Array.from(rows.flat())
const flags = (rows: Rows<boolean>): Uint8Array => Uint8Array.from(rows.flat(), (flag) => (flag ? 1 : 0))
const transitionsOf = (input: Rollout): Transitions => ({
  envs: input.rewards[0].length,
  rewards: flat(input.rewards),
  terminated: flags(input.terminated),
  truncated: flags(input.truncated),
  nextValues: flat(input.next_values),
})
describe('oracle: returns', () => {
  it.each(oracleCases<Rollout & Readonly<{ values: Rows<number>; gae_lambda: number }>, unknown>(family, 'gae'))('gae $name', (each) => {
    const transitions = transitionsOf(each.input)
    const { advantages, returns } = gae(transitions, flat(each.input.values), each.input.gamma, each.input.gae_lambda)
    expect(mismatches(family, each, { advantages, returns })).toEqual([])
  })
  it.each(oracleCases<Rollout, unknown>(family, 'discounted'))('discounted $name', (each) => {
    const transitions = transitionsOf(each.input)
    expect(mismatches(family, each, { returns: discountedReturns(transitions, each.input.gamma) })).toEqual([])
  })
  it.each(oracleCases<Rollout & Readonly<{ n: number }>, unknown>(family, 'n-step'))('n-step $name', (each) => {
    const transitions = transitionsOf(each.input)
    expect(mismatches(family, each, { returns: nStepReturns(transitions, each.input.gamma, each.input.n) })).toEqual([])
  })
})
