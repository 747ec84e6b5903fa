/**
 * Distributions against PyTorch and 40-digit arithmetic: values and gradients at the tolerances that the files state.
 */
import { describe, expect, it } from 'vitest'
import { exp } from '../../src/core/dmath.ts'
import { discrete, uniformBox } from '../../src/core/space.ts'
import { actionDistribution } from '../../src/nn/action-distribution.ts'
import { logSoftmax } from '../../src/nn/categorical.ts'
import { addSquashedLogProbGradient, addSquashedScore, squashedLogProb, squashedSample } from '../../src/nn/squashed-gaussian.ts'
import { mismatches, oracleCases, oracleFamily } from '../fixtures/oracle.ts'

type Rows = readonly (readonly number[])[]
const flat = (rows: Rows): Float64Array => Float64Array.from(rows.flat())
const vector = (values: readonly number[]): Float64Array => Float64Array.from(values)
const family = oracleFamily('policy-gradient')

type GaussianInput = Readonly<{
  mean: Rows
  log_std: readonly number[]
  action: Rows
  other_mean: Rows
  other_log_std: readonly number[]
  grad_rows: readonly number[]
}>

describe('oracle: diagonal Gaussian', () => {
  it.each(oracleCases<GaussianInput, unknown>(family, 'diagonal-gaussian'))('$name', (each) => {
    const { mean, log_std: logStd, action, other_mean: otherMean, other_log_std: otherLogStd, grad_rows: gradRows } = each.input
    const batch = mean.length
    const actions = logStd.length
    const pi = actionDistribution(uniformBox(actions, -1, 1))
    const p = { head: flat(mean), logStd: vector(logStd) }
    const q = { head: flat(otherMean), logStd: vector(otherLogStd) }
    const rows = vector(gradRows)
    const perRow = (fill: (out: Float64Array) => void): Float64Array => {
      const out = new Float64Array(batch).fill(NaN)
      fill(out)
      return out
    }
    const slopes = (add: (gradient: typeof p) => void): typeof p => {
      const gradient = { head: new Float64Array(batch * actions), logStd: new Float64Array(actions) }
      add(gradient)
      return gradient
    }
    const byLogProb = slopes((gradient) => pi.addLogProbGradient(gradient, p, flat(action), rows, batch))
    const byKlTo = slopes((gradient) => pi.addKlGradientByFirst(gradient, p, q, rows, batch))
    const byKlFrom = slopes((gradient) => pi.addKlGradientBySecond(gradient, q, p, rows, batch))
    const entropy = perRow((out) => pi.entropy(out, p, batch))
    expect(
      mismatches(family, each, {
        log_prob: perRow((out) => pi.logProb(out, p, flat(action), batch)),
        grad_log_prob_mean: byLogProb.head,
        grad_log_prob_log_std: byLogProb.logStd,
        kl_to_other: perRow((out) => pi.kl(out, p, q, batch)),
        grad_kl_to_other_mean: byKlTo.head,
        grad_kl_to_other_log_std: byKlTo.logStd,
        kl_from_other: perRow((out) => pi.kl(out, q, p, batch)),
        grad_kl_from_other_mean: byKlFrom.head,
        grad_kl_from_other_log_std: byKlFrom.logStd,
        entropy: entropy[batch - 1],
      }),
    ).toEqual([])
  })
})

type CategoricalInput = Readonly<{ logits: Rows; other_logits: Rows; action: readonly number[]; grad_rows: readonly number[] }>

describe('oracle: categorical', () => {
  it.each(oracleCases<CategoricalInput, unknown>(family, 'categorical'))('$name', (each) => {
    const { logits, other_logits: otherLogits, action, grad_rows: gradRows } = each.input
    const batch = logits.length
    const n = logits[0].length
    const pi = actionDistribution(discrete(n))
    const p = { head: flat(logits), logStd: new Float64Array(0) }
    const q = { head: flat(otherLogits), logStd: new Float64Array(0) }
    const rows = vector(gradRows)
    const perRow = (fill: (out: Float64Array) => void): Float64Array => {
      const out = new Float64Array(batch).fill(NaN)
      fill(out)
      return out
    }
    const slopes = (add: (gradient: typeof p) => void): Float64Array => {
      const gradient = { head: new Float64Array(batch * n), logStd: new Float64Array(0) }
      add(gradient)
      return gradient.head
    }
    const logP = new Float64Array(batch * n)
    logSoftmax(logP, p.head, batch, n)
    expect(
      mismatches(family, each, {
        probabilities: logP.map(exp),
        log_prob: perRow((out) => pi.logProb(out, p, vector(action), batch)),
        entropy: perRow((out) => pi.entropy(out, p, batch)),
        kl_to_other: perRow((out) => pi.kl(out, p, q, batch)),
        grad_log_prob_logits: slopes((gradient) => pi.addLogProbGradient(gradient, p, vector(action), rows, batch)),
        grad_entropy_logits: slopes((gradient) => pi.addEntropyGradient(gradient, p, rows, batch)),
        grad_kl_to_other_logits: slopes((gradient) => pi.addKlGradientByFirst(gradient, p, q, rows, batch)),
      }),
    ).toEqual([])
  })
})

type SquashedInput = Readonly<{ mean: Rows; log_std: Rows; noise: Rows; grad_rows: readonly number[] }>

describe('oracle: squashed Gaussian', () => {
  it.each(oracleCases<SquashedInput, unknown>(family, 'squashed-gaussian'))('$name', (each) => {
    const [mean, logStd, noise, rows] = [flat(each.input.mean), flat(each.input.log_std), flat(each.input.noise), vector(each.input.grad_rows)]
    const batch = rows.length
    const actions = mean.length / batch
    const empty = (): Float64Array => new Float64Array(mean.length)
    const [preAction, action, logProb] = [empty(), empty(), new Float64Array(batch)]
    squashedSample(preAction, action, mean, logStd, noise)
    squashedLogProb(logProb, mean, logStd, preAction, batch, actions)
    const held = { mean: empty(), logStd: empty() }
    addSquashedLogProbGradient(held.mean, held.logStd, logStd, noise, action, rows, batch, actions)
    const score = { mean: empty(), logStd: empty() }
    addSquashedScore(score.mean, score.logStd, mean, logStd, preAction, rows, batch, actions)
    expect(
      mismatches(family, each, {
        pre_action: preAction,
        action,
        log_prob: logProb,
        grad_reparameterised_mean: held.mean,
        grad_reparameterised_log_std: held.logStd,
        grad_score_mean: score.mean,
        grad_score_log_std: score.logStd,
      }),
    ).toEqual([])
  })
})
