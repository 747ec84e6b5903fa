/**
 * Laws of what a batch says of policies around the one at hand, and of the critic's regression beside it.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { reference } from '../../backends/reference/index.ts'
import { openSimd } from '../../backends/simd/index.ts'
import { exp } from '../../src/core/dmath.ts'
import { foldIn, normals, rootKey, uniforms } from '../../src/core/rng.ts'
import { discrete, uniformBox } from '../../src/core/space.ts'
import { compileActorCritic, initActorCritic, type ActorCritic, type ActorCriticSpec } from '../../src/nn/actor-critic.ts'
import type { policySurrogate, SurrogateBatch } from '../../src/rl/policy-surrogate.ts'
import type { valueRegression } from '../../src/rl/value-regression.ts'
import { agreesWithDifferences, centralDifferences } from './central-differences.ts'

export type PolicySurrogateSubject = Readonly<{ policySurrogate: typeof policySurrogate; valueRegression: typeof valueRegression }>
export type PolicySurrogateLaw = Readonly<{ name: string; check: (subject: PolicySurrogateSubject) => void }>

const root = rootKey('policy surrogate laws')
const simd = await openSimd({ always: true })
const draw = (label: number, n: number, scale = 1): Float64Array => normals(foldIn(root, label), n).map((value) => scale * value)
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0)
const norm = (a: Float64Array): number => Math.sqrt(dot(a, a))
const near = (what: string, actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void => {
  strictEqual(actual.length, expected.length, what)
  for (let i = 0; i < expected.length; i++) ok(Math.abs(actual[i] - expected[i]) <= tolerance, `${what}, entry ${i}: ${actual[i]} instead of ${expected[i]}`)
}

const OBS = 3
const BATCH = 7
type PolicyCase = Readonly<{ name: string; net: ActorCritic; parameters: Float64Array; batch: SurrogateBatch; returns: Float64Array }>
const cases: readonly PolicyCase[] = ([uniformBox(2, -1, 1), discrete(3)] as const).flatMap((space) =>
  ([{ kind: 'separate', hidden: [4], activation: 'tanh' }, { kind: 'shared' }] as const).map((critic): PolicyCase => {
    const kind = space.kind === 'box' ? ('gaussian' as const) : ('categorical' as const)
    const policy = { kind, hidden: [5, 4], activation: 'tanh', outputActivation: 'tanh', initialLogStd: -0.3, init: 'orthogonal', action: 'raw' } as const
    const spec: ActorCriticSpec = { policy, critic, gains: { hidden: 1.4, head: 1, value: 1 } }
    const net = compileActorCritic(spec, OBS, space, reference)
    const { distribution: pi } = net
    const parameters = initActorCritic(foldIn(root, 50), spec, OBS, space).map((value, i) => value + draw(51, net.size, 0.2)[i])
    const obs = draw(52, BATCH * OBS)
    const actions = pi.kind === 'gaussian' ? draw(53, BATCH * pi.actionSize) : uniforms(foldIn(root, 54), BATCH).map((u) => Math.floor(u * pi.headSize))
    const logProb = new Float64Array(BATCH)
    pi.logProb(logProb, net.heads(parameters, obs, BATCH), actions, BATCH)
    // one whose ratios are not all 1
    const batch = { obs, actions, advantages: draw(55, BATCH), oldLogProb: logProb.map((value, b) => value + 0.1 * (b - 3)) }
    return { name: `${kind}, ${critic.kind} critic`, net, parameters, batch, returns: draw(56, BATCH) }
  }),
)
const partsOf = ({ networks, distribution }: ActorCritic) => ({ network: networks.policy, distribution })
const frontOf = ({ net, parameters }: PolicyCase): Float64Array => parameters.slice(0, net.policySize)

/** The vector with another front. */
const withFront = (parameters: Float64Array, front: Float64Array): Float64Array => {
  const out = parameters.slice()
  out.set(front)
  return out
}
const klBetween = ({ net, batch }: PolicyCase, p: Float64Array, q: Float64Array): number => {
  const out = new Float64Array(BATCH)
  net.distribution.kl(out, net.heads(p, batch.obs, BATCH), net.heads(q, batch.obs, BATCH), BATCH)
  return out.reduce((sum, value) => sum + value, 0) / BATCH
}

export const policySurrogateLaws: readonly PolicySurrogateLaw[] = [
  {
    name: 'surrogate, gain and KL are those of the network, and the gradient agrees with central differences',
    check: ({ policySurrogate: make }) => {
      for (const each of cases) {
        const { net, parameters, batch, name } = each
        const { distribution: pi } = net
        const value = (front: Float64Array): number => {
          const logProb = new Float64Array(BATCH)
          pi.logProb(logProb, net.heads(withFront(parameters, front), batch.obs, BATCH), batch.actions, BATCH)
          return logProb.reduce((sum, logP, b) => sum + exp(logP - batch.oldLogProb[b]) * batch.advantages[b], 0) / BATCH
        }
        const front = frontOf(each)
        const seen = make(partsOf(net), reference)(front, batch)
        near(`surrogate, ${name}`, [seen.surrogate], [value(front)], 1e-14) // seven terms of order 1
        agreesWithDifferences(`surrogate, ${name}`, value, front, seen.gradient)
        const entropy = new Float64Array(BATCH)
        pi.entropy(entropy, net.heads(parameters, batch.obs, BATCH), BATCH)
        near('entropy', [seen.entropy], [entropy.reduce((sum, row) => sum + row, 0) / BATCH], 1e-14)
        const candidate = front.map((entry, i) => entry + draw(60, front.length, 0.1)[i])
        const { gain, kl } = seen.judge(candidate)
        near('gain', [gain], [value(candidate) - value(front)], 1e-14)
        near('KL', [kl], [klBetween(each, parameters, withFront(parameters, candidate))], 1e-14)
        deepStrictEqual(seen.judge(front).gain, 0)
      }
    },
  },
  {
    name: 'a Fisher product is the curvature of KL by central differences, symmetric, and never negative along its vector',
    check: ({ policySurrogate: make }) => {
      for (const each of cases) {
        const { net, parameters, batch, name } = each
        const front = frontOf(each)
        const { fisherProduct } = make(partsOf(net), reference)(front, batch)
        const [v, w] = [draw(61, front.length), draw(62, front.length)]
        const [fv, fw] = [fisherProduct(v), fisherProduct(w)]
        near(`symmetry, ${name}`, [dot(w, fv)], [dot(v, fw)], 1e-13 * norm(v) * norm(fw)) // some fifty terms
        ok(dot(v, fv) > 0 && dot(w, fw) > 0, 'a curvature that is not positive')
        // ∂²/∂s∂t of KL(θ ‖ θ + s e_i + t v) at 0 for every i, by differences of differences: a step of 1e-3 leaves errors of 1e-7 of the largest
        const slopeAlong = (t: number): Float64Array =>
          centralDifferences((x) => klBetween(each, parameters, withFront(parameters, x)), front.map((value, i) => value + t * v[i]))
        const h = 1e-3
        const [plus, minus, plus2, minus2] = [h, -h, 2 * h, -2 * h].map(slopeAlong)
        const differences = fv.map((_, i) => (8 * (plus[i] - minus[i]) - (plus2[i] - minus2[i])) / (12 * h))
        near(`curvature, ${name}`, fv, differences, 1e-6 * norm(fv))
      }
    },
  },
  {
    name: 'a Fisher product is the mean over states and actions of the score times its part along the vector, exactly where actions are discrete',
    check: ({ policySurrogate: make }) => {
      for (const each of cases) {
        const { net, parameters, batch, name } = each
        const { distribution: pi } = net
        if (pi.kind === 'gaussian') continue
        const front = frontOf(each)
        const v = draw(61, front.length)
        const expected = new Float64Array(front.length)
        for (let b = 0; b < BATCH; b++) {
          const obs = batch.obs.slice(b * OBS, (b + 1) * OBS)
          for (let k = 0; k < pi.headSize; k++) {
            const work = net.workspace(1)
            net.forward(work, parameters, obs)
            const logProb = new Float64Array(1)
            pi.logProb(logProb, work.p, Float64Array.of(k), 1)
            pi.addLogProbGradient(work.gradient, work.p, Float64Array.of(k), Float64Array.of(1), 1)
            work.gradValues.fill(0)
            const score = new Float64Array(net.size)
            net.pullback(score, work, parameters, obs)
            const part = exp(logProb[0]) * dot(score.subarray(0, front.length), v)
            for (let i = 0; i < front.length; i++) expected[i] += (part * score[i]) / BATCH
          }
        }
        near(name, make(partsOf(net), reference)(front, batch).fisherProduct(v), expected, 1e-13 * norm(expected)) // 21 terms
      }
    },
  },
  {
    name: 'backends give the same bits, and inputs stay as they are',
    check: ({ policySurrogate: make, valueRegression: regress }) => {
      for (const each of cases) {
        const { net, parameters, batch, returns } = each
        const front = frontOf(each)
        const before = structuredClone({ front, batch, parameters, returns })
        const [v, candidate] = [draw(61, front.length), front.map((value) => 1.01 * value)]
        const answers = [reference, reference, simd].map((backend) => {
          const { fisherProduct, judge, ...seen } = make(partsOf(net), backend)(front, batch)
          return { ...seen, product: fisherProduct(v), judgement: judge(candidate), regression: regress(net, backend)(parameters, { obs: batch.obs, returns }) }
        })
        deepStrictEqual(answers[1], answers[0])
        deepStrictEqual(answers[2], answers[0])
        deepStrictEqual({ front, batch, parameters, returns }, before)
        const surrogateAt = make(partsOf(net), reference)
        throws(() => surrogateAt(front.slice(1), batch), /parameters/)
        throws(() => surrogateAt(front, { ...batch, actions: batch.actions.slice(1) }), /actions/)
        throws(() => surrogateAt(front, batch).fisherProduct(v.slice(1)), /vector/)
        throws(() => surrogateAt(front, batch).judge(v.slice(1)), /candidate/)
      }
    },
  },
  {
    name: 'the regression of the critic has the gradient of its loss by its own parameters, and no other',
    check: ({ valueRegression: regress }) => {
      for (const { net, parameters, batch, returns, name } of cases) {
        const loss = (back: Float64Array): number => {
          const whole = parameters.slice()
          whole.set(back, net.policySize)
          return net.values(whole, batch.obs, BATCH).reduce((sum, value, b) => sum + (value - returns[b]) * (value - returns[b]), 0) / BATCH
        }
        const back = parameters.slice(net.policySize)
        const { loss: told, gradient } = regress(net, reference)(parameters, { obs: batch.obs, returns })
        near('loss', [told], [loss(back)], 1e-14)
        agreesWithDifferences(name, loss, back, gradient)
        throws(() => regress(net, reference)(back, { obs: batch.obs, returns }), /parameters/)
      }
    },
  },
]
