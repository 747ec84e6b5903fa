/**
 * Laws of distributions of actions: what densities, entropies, divergences and samples owe to each other.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, ok } from 'node:assert/strict'
import { reference } from '../../backends/reference/index.ts'
import { exp } from '../../src/core/dmath.ts'
import type { PolicySpec } from '../../src/core/job.ts'
import { foldIn, normals, rootKey, uniforms } from '../../src/core/rng.ts'
import { discrete, uniformBox, type Space } from '../../src/core/space.ts'
import type { ActionDistribution, HeadBatch } from '../../src/nn/action-distribution.ts'
import { compilePolicy } from '../../src/nn/policy.ts'
import { agreesWithDifferences } from './central-differences.ts'

export type ActionDistributionSubject = (actionSpace: Space) => ActionDistribution
export type ActionDistributionLaw = Readonly<{ name: string; check: (subject: ActionDistributionSubject) => void }>

const root = rootKey('action distribution laws')
const draw = (label: number, n: number, scale = 1): Float64Array => normals(foldIn(root, label), n).map((value) => scale * value)
const BATCH = 4
const spaces: readonly Space[] = [uniformBox(1, -1, 1), uniformBox(3, -1, 1), discrete(2), discrete(5)]

const headsOf = (pi: ActionDistribution, label: number): HeadBatch =>
  ({ head: draw(label, BATCH * pi.headSize, 1.5), logStd: draw(label + 1, pi.logStdSize, 0.5) })
const actionsOf = (pi: ActionDistribution): Float64Array =>
  pi.kind === 'gaussian' ? draw(90, BATCH * pi.actionSize) : uniforms(foldIn(root, 91), BATCH).map((u) => Math.floor(u * pi.headSize))
const perRow = (fill: (out: Float64Array) => void): Float64Array => {
  const out = new Float64Array(BATCH).fill(NaN)
  fill(out)
  return out
}
const weighted = (weights: Float64Array, values: Float64Array): number => weights.reduce((sum, w, i) => sum + w * values[i], 0)
const zeros = (p: HeadBatch): HeadBatch => ({ head: new Float64Array(p.head.length), logStd: new Float64Array(p.logStd.length) })

/** A head and its log-std as one vector, and back. */
const joined = (p: HeadBatch): Float64Array => Float64Array.of(...p.head, ...p.logStd)
const parted = (pi: ActionDistribution, x: Float64Array): HeadBatch => ({ head: x.slice(0, BATCH * pi.headSize), logStd: x.slice(BATCH * pi.headSize) })

export const actionDistributionLaws: readonly ActionDistributionLaw[] = [
  {
    name: 'gradients agree with central differences',
    check: (subject) => {
      const rows = draw(0, BATCH)
      for (const space of spaces) {
        const pi = subject(space)
        const [p, q, action] = [headsOf(pi, 10), headsOf(pi, 20), actionsOf(pi)]
        const compare = (what: string, value: (out: Float64Array, p: HeadBatch) => void, add: (gradient: HeadBatch, p: HeadBatch) => void): void => {
          const gradient = zeros(p)
          add(gradient, p)
          const measure = (x: Float64Array): number => weighted(rows, perRow((out) => value(out, parted(pi, x))))
          agreesWithDifferences(`${pi.kind}, ${what}`, measure, joined(p), joined(gradient))
        }
        compare('log probability', (out, at) => pi.logProb(out, at, action, BATCH), (g, at) => pi.addLogProbGradient(g, at, action, rows, BATCH))
        compare('entropy', (out, at) => pi.entropy(out, at, BATCH), (g, at) => pi.addEntropyGradient(g, at, rows, BATCH))
        compare('KL by the first', (out, at) => pi.kl(out, at, q, BATCH), (g, at) => pi.addKlGradientByFirst(g, at, q, rows, BATCH))
        compare('KL by the second', (out, at) => pi.kl(out, q, at, BATCH), (g, at) => pi.addKlGradientBySecond(g, q, at, rows, BATCH))
      }
    },
  },
  {
    name: 'gradients are added to what is there, and inputs are left unchanged',
    check: (subject) => {
      for (const space of spaces) {
        const pi = subject(space)
        const [p, q, action, rows] = [headsOf(pi, 10), headsOf(pi, 20), actionsOf(pi), draw(0, BATCH)]
        const before = structuredClone({ p, q, action, rows })
        for (const add of [
          (g: HeadBatch) => pi.addLogProbGradient(g, p, action, rows, BATCH),
          (g: HeadBatch) => pi.addEntropyGradient(g, p, rows, BATCH),
          (g: HeadBatch) => pi.addKlGradientByFirst(g, p, q, rows, BATCH),
          (g: HeadBatch) => pi.addKlGradientBySecond(g, p, q, rows, BATCH),
          (g: HeadBatch) => pi.addFisherProduct(g, p, q, rows, BATCH),
        ]) {
          const once = zeros(p)
          add(once)
          const onTop = { head: once.head.map(() => 100), logStd: once.logStd.map(() => 100) }
          add(onTop)
          // a sum of at most five slopes of order 10 beside 100: rounding of 1.4e-14 each
          joined(onTop).forEach((value, i) => ok(Math.abs(value - 100 - joined(once)[i]) < 1e-12, 'a gradient was written, not added'))
        }
        deepStrictEqual({ p, q, action, rows }, before)
      }
    },
  },
  {
    name: 'Fisher information is the curvature of the divergence, and the mean outer product of scores over all discrete actions',
    check: (subject) => {
      const rows = draw(0, BATCH)
      for (const space of spaces) {
        const pi = subject(space)
        const [p, along, weights] = [headsOf(pi, 10), headsOf(pi, 30), headsOf(pi, 35)]
        const product = zeros(p)
        pi.addFisherProduct(product, p, along, rows, BATCH)
        // ⟨weights, F along⟩ for every `weights`: the slope by q, at q = p, of the slope of the divergence along `along`
        const slopeAlong = (x: Float64Array): number => {
          const gradient = zeros(p)
          pi.addKlGradientBySecond(gradient, p, parted(pi, x), rows, BATCH)
          return weighted(joined(along), joined(gradient))
        }
        agreesWithDifferences(`${pi.kind}, curvature`, slopeAlong, joined(p), joined(product))
        const mirrored = zeros(p)
        pi.addFisherProduct(mirrored, p, weights, rows, BATCH)
        const gap = weighted(joined(weights), joined(product)) - weighted(joined(along), joined(mirrored))
        ok(Math.abs(gap) < 1e-13 * Math.max(1, Math.abs(weighted(joined(weights), joined(product)))), `not symmetric by ${gap}`) // twenty products
        if (pi.kind === 'gaussian') continue
        const expected = zeros(p)
        for (let k = 0; k < pi.headSize; k++) {
          const action = new Float64Array(BATCH).fill(k)
          const score = zeros(p)
          pi.addLogProbGradient(score, p, action, new Float64Array(BATCH).fill(1), BATCH)
          const logP = perRow((out) => pi.logProb(out, p, action, BATCH))
          for (let b = 0; b < BATCH; b++) {
            const [from, to] = [b * pi.headSize, (b + 1) * pi.headSize]
            const slope = weighted(score.head.subarray(from, to), along.head.subarray(from, to))
            for (let i = from; i < to; i++) expected.head[i] += rows[b] * exp(logP[b]) * slope * score.head[i]
          }
        }
        product.head.forEach((value, i) => ok(Math.abs(value - expected.head[i]) < 1e-13, `${value} instead of ${expected.head[i]}`)) // five terms of order 1
      }
    },
  },
  {
    name: 'a divergence is 0 from itself, positive otherwise, and the mean log ratio over all discrete actions',
    check: (subject) => {
      for (const space of spaces) {
        const pi = subject(space)
        const [p, q] = [headsOf(pi, 10), headsOf(pi, 20)]
        perRow((out) => pi.kl(out, p, p, BATCH)).forEach((kl) => ok(Math.abs(kl) < 1e-15, `KL(p ‖ p) = ${kl}`)) // one rounding of log σ − log σ + ½ − ½
        const kl = perRow((out) => pi.kl(out, p, q, BATCH))
        kl.forEach((value) => ok(value > 0, `KL(p ‖ q) = ${value}`))
        if (pi.kind === 'gaussian') continue
        const sum = new Float64Array(BATCH)
        const entropy = new Float64Array(BATCH)
        for (let k = 0; k < pi.headSize; k++) {
          const action = new Float64Array(BATCH).fill(k)
          const [logP, logQ] = [p, q].map((each) => perRow((out) => pi.logProb(out, each, action, BATCH)))
          for (let b = 0; b < BATCH; b++) {
            sum[b] += exp(logP[b]) * (logP[b] - logQ[b])
            entropy[b] -= exp(logP[b]) * logP[b]
          }
        }
        // five terms of order 1
        kl.forEach((value, b) => ok(Math.abs(value - sum[b]) < 1e-13, `KL ${value} instead of ${sum[b]}`))
        const stated = perRow((out) => pi.entropy(out, p, BATCH))
        stated.forEach((value, b) => ok(Math.abs(value - entropy[b]) < 1e-13, `entropy ${value} instead of ${entropy[b]}`))
      }
    },
  },
  {
    name: 'probabilities add up to one: densities over a fine grid, discrete ones exactly',
    check: (subject) => {
      const pi = subject(uniformBox(1, -1, 1))
      const p = { head: Float64Array.of(0.3, 0.3, 0.3, 0.3), logStd: Float64Array.of(-0.5) }
      let mass = 0
      let entropy = 0
      const step = 0.01
      for (let a = -8; a < 8; a += 4 * step) {
        const logP = perRow((out) => pi.logProb(out, p, Float64Array.of(a, a + step, a + 2 * step, a + 3 * step), BATCH))
        logP.forEach((value) => {
          mass += step * exp(value)
          entropy -= step * exp(value) * value
        })
      }
      // the trapezoidal rule is exact to rounding for a smooth density far inside the range
      ok(Math.abs(mass - 1) < 1e-12, `mass ${mass}`)
      ok(Math.abs(perRow((out) => pi.entropy(out, p, BATCH))[0] - entropy) < 1e-11, `entropy ${entropy}`)
      const dice = subject(discrete(5))
      const logits = { head: draw(40, 5 * BATCH, 3), logStd: new Float64Array(0) }
      const total = new Float64Array(BATCH)
      for (let k = 0; k < 5; k++) {
        const logP = perRow((out) => dice.logProb(out, logits, new Float64Array(BATCH).fill(k), BATCH))
        for (let b = 0; b < BATCH; b++) total[b] += exp(logP[b])
      }
      total.forEach((value) => ok(Math.abs(value - 1) < 1e-14, `mass ${value}`))
    },
  },
  {
    name: 'samples are those of the compiled policy, bit for bit',
    check: (subject) => {
      for (const space of spaces) {
        const pi = subject(space)
        const spec: PolicySpec = {
          kind: pi.kind,
          hidden: [],
          activation: 'tanh',
          outputActivation: 'linear',
          initialLogStd: 0,
          init: 'zeros',
          action: 'raw',
        }
        // a net without hidden layers and with zero weights answers its bias
        const policy = compilePolicy(spec, 1, space, reference)
        const p = headsOf(pi, 50)
        const noise = draw(52, BATCH * pi.noiseSize)
        const sampled = new Float64Array(BATCH * pi.actionSize)
        pi.sample(sampled, p, noise, BATCH)
        for (let b = 0; b < BATCH; b++) {
          const parameters = new Float64Array(policy.parameters)
          parameters.set(p.head.subarray(b * pi.headSize, (b + 1) * pi.headSize), pi.headSize)
          parameters.set(p.logStd, 2 * pi.headSize)
          const action = new Float64Array(pi.actionSize)
          policy.load(parameters)
          policy.act(new Float64Array(1), noise.subarray(b * pi.noiseSize, (b + 1) * pi.noiseSize), action)
          deepStrictEqual(sampled.slice(b * pi.actionSize, (b + 1) * pi.actionSize), action)
        }
      }
    },
  },
]
