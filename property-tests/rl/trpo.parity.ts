/**
 * One step of TRPO against PyTorch, with each of its parts, at the tolerances that the file states; by both backends.
 */
import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { openSimd } from '../../backends/simd/index.ts'
import type { MlpSpec } from '../../src/core/backend.ts'
import { uniformBox } from '../../src/core/space.ts'
import { actionDistribution } from '../../src/nn/action-distribution.ts'
import { conjugateGradient } from '../../src/optim/conjugate-gradient.ts'
import { trustRegionStep } from '../../src/optim/trust-region.ts'
import { policySurrogate } from '../../src/rl/policy-surrogate.ts'
import { mismatches, oracleCases, oracleFamily } from '../fixtures/oracle.ts'

type Rows = readonly (readonly number[])[]
type TrpoInput = Readonly<{
  sizes: readonly number[]
  parameters: readonly number[]
  obs: Rows
  action: Rows
  advantages: readonly number[]
  old_log_prob: readonly number[]
  vector: readonly number[]
  damping: number
  iterations: number
  max_kl: number
  kl_limit: number
  backtrack: number
  backtracks: number
}>

const family = oracleFamily('trpo-maml')
const vector = (values: readonly number[]): Float64Array => Float64Array.from(values)
const backends = [reference, await openSimd({ always: true })]

describe.each(backends)('oracle: TRPO, $name', (backend) => {
  it.each(oracleCases<TrpoInput, unknown>(family, 'trpo'))('$name', (each) => {
    const { input } = each
    const network: MlpSpec = { sizes: input.sizes, activation: 'tanh', outputActivation: 'linear' }
    const distribution = actionDistribution(uniformBox(input.sizes[input.sizes.length - 1], -1, 1))
    const parameters = vector(input.parameters)
    const batch = { obs: vector(input.obs.flat()), actions: vector(input.action.flat()), advantages: vector(input.advantages), oldLogProb: vector(input.old_log_prob) }
    const seen = policySurrogate({ network, distribution }, backend)(parameters, batch)
    const { damping, iterations, max_kl: maxKl, kl_limit: klLimit, backtracks, backtrack: backtrackFactor } = input
    const step = trustRegionStep(parameters, seen, { maxKl, klLimit, damping, iterations, tolerance: 0, backtracks, backtrackFactor })
    const damped = (v: Float64Array): Float64Array => seen.fisherProduct(v).map((value, i) => value + damping * v[i])
    let share = 1
    const judged = Array.from({ length: backtracks }, () => {
      const judgement = seen.judge(parameters.map((value, i) => value + share * step.fullStep[i]))
      share *= backtrackFactor
      return judgement
    })
    expect(step.accepted).toBe(true)
    expect(
      mismatches(family, each, {
        surrogate: seen.surrogate,
        gradient: seen.gradient,
        fisher_vector_product: seen.fisherProduct(vector(input.vector)),
        cg_solution: step.direction,
        cg_residual_norms: conjugateGradient(damped, seen.gradient, { iterations, tolerance: 0 }).residualNorms,
        curvature: step.curvature,
        full_step: step.fullStep,
        line_search_gain: judged.map(({ gain }) => gain),
        line_search_kl: judged.map(({ kl }) => kl),
        accepted_backtracks: step.backtracks,
        parameters_after: step.parameters,
      }),
    ).toEqual([])
  })
})
