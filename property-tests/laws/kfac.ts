/**
 * Laws of Kronecker-factored natural gradients, and of the layer signals that they are made from.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { reference } from '../../backends/reference/index.ts'
import { foldIn, normals, rootKey, uniforms } from '../../src/core/rng.ts'
import { discrete, uniformBox } from '../../src/core/space.ts'
import { compileActorCritic, initActorCritic, type ActorCritic } from '../../src/nn/actor-critic.ts'
import { kfacDefaults, type kfac, type KfacLayer, type KfacSignal, type KfacSpec } from '../../src/optim/kfac.ts'
import type * as fisher from '../../src/rl/fisher.ts'
import { agreesWithDifferences } from './central-differences.ts'

export type KfacSubject = Readonly<{ kfac: typeof kfac }>
export type FisherSubject = Pick<typeof fisher, 'fisherLayers' | 'fisherSignals'>
export type Law<Subject> = Readonly<{ name: string; check: (subject: Subject) => void }>

const root = rootKey('kfac laws')
const draw = (label: number, n: number, scale = 1): Float64Array => normals(foldIn(root, label), n).map((value) => scale * value)

/** A 3-4 layer, a free array of two, and an entry between them that belongs to no layer. */
const layers: readonly KfacLayer[] = [
  { weightAt: 0, biasAt: 12, inputs: 3, outputs: 4 },
  { weightAt: 0, biasAt: 17, inputs: 0, outputs: 2 },
]
const SIZE = 19
const BATCH = 9
const DAMPING = 0.03
const signals = (label: number): readonly KfacSignal[] => [
  { x: draw(label, BATCH * 3), slopes: draw(label + 1, BATCH * 4) },
  { x: new Float64Array(0), slopes: draw(label + 2, BATCH * 2) },
]
const specs: readonly KfacSpec[] = (['joint', 'separate'] as const).flatMap((bias) =>
  (['exact', 'factored'] as const).map((inverse) => ({ layers, bias, inverse })),
)

/** The block matrices [outputs, columns] of a flat vector, in the order of the blocks. */
const matrices = (flat: Float64Array, bias: KfacSpec['bias']): readonly (readonly (readonly number[])[])[] => {
  const weight = [0, 1, 2, 3].map((o) => Array.from(flat.subarray(3 * o, 3 * o + 3)))
  const column = Array.from(flat.subarray(12, 16), (value) => [value])
  const free = [[flat[17]], [flat[18]]]
  return bias === 'joint' ? [weight.map((row, o) => [...row, ...column[o]]), free] : [weight, column, free]
}
const at = (matrix: Float64Array, n: number, i: number, j: number): number => matrix[i * n + j]
const near = (what: string, actual: number, expected: number, tolerance: number): void =>
  ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual} instead of ${expected}`)

/** Every entry of G' U A', for square G' and A'. */
const sandwich = (g: Float64Array, u: readonly (readonly number[])[], a: Float64Array): readonly (readonly number[])[] => {
  const [m, n] = [u.length, u[0].length]
  const entry = (o: number, i: number): number =>
    u.reduce((sum, line, p) => line.reduce((part, value, q) => part + at(g, m, o, p) * value * at(a, n, q, i), sum), 0)
  return u.map((row, o) => row.map((_, i) => entry(o, i)))
}
const plusDiagonal = (matrix: Float64Array, n: number, value: number): Float64Array =>
  matrix.map((entry, k) => (k % (n + 1) === 0 ? entry + value : entry))
const meanDiagonal = (matrix: Float64Array, n: number): number =>
  matrix.reduce((sum, entry, k) => sum + (k % (n + 1) === 0 ? entry : 0), 0) / n

const ready = (subject: KfacSubject, spec: KfacSpec) => {
  const method = subject.kfac(spec, reference)
  return { method, state: method.renew(method.observe(method.init(), signals(10), 0.9), DAMPING), gradient: draw(20, SIZE), parameters: draw(21, SIZE) }
}

export const kfacLaws: readonly Law<KfacSubject>[] = [
  {
    name: 'multiplied back by the damped factors, a direction is the gradient',
    check: (subject) => {
      for (const spec of specs) {
        const { method, state, gradient } = ready(subject, spec)
        const directions = matrices(method.direction(state, gradient, DAMPING), spec.bias)
        matrices(gradient, spec.bias).forEach((v, block) => {
          const { a, g } = state.factors[block]
          const [m, n] = [v.length, v[0].length]
          const u = directions[block]
          const ratio = Math.sqrt(meanDiagonal(a, n) / meanDiagonal(g, m))
          const back =
            spec.inverse === 'exact'
              ? sandwich(g, u, a).map((row, o) => row.map((value, i) => value + DAMPING * u[o][i]))
              : sandwich(plusDiagonal(g, m, Math.sqrt(DAMPING) / ratio), u, plusDiagonal(a, n, Math.sqrt(DAMPING) * ratio))
          // condition numbers of a few hundred, values of order 10
          v.forEach((row, o) => row.forEach((value, i) => near(`${spec.bias}, ${spec.inverse}, block ${block}`, back[o][i], value, 1e-11)))
        })
        strictEqual(method.direction(state, gradient, DAMPING)[16], gradient[16]) // an entry of no layer
      }
    },
  },
  {
    name: 'factors are means of products over the batch, averaged over batches',
    check: (subject) => {
      for (const bias of ['joint', 'separate'] as const) {
        const method = subject.kfac({ layers, bias, inverse: 'exact' }, reference)
        const [one, two] = [signals(10), signals(30)]
        const first = method.observe(method.init(), one, 0.9)
        const second = method.observe(first, two, 0.9)
        const moment = (rows: Float64Array, width: number, i: number, j: number): number =>
          Array.from({ length: BATCH }, (_, b) => rows[b * width + i] * rows[b * width + j]).reduce((sum, value) => sum + value, 0) / BATCH
        near('A', first.factors[0].a[1], moment(one[0].x, 3, 0, 1), 1e-15)
        near('G', first.factors[0].g[7], moment(one[0].slopes, 4, 1, 3), 1e-15)
        near('later A', second.factors[0].a[1], 0.9 * moment(one[0].x, 3, 0, 1) + 0.1 * moment(two[0].x, 3, 0, 1), 1e-15)
        const free = first.factors.length - 1
        deepStrictEqual(first.factors[free].a, Float64Array.of(1))
        near('G of a free array', first.factors[free].g[1], moment(one[1].slopes, 2, 0, 1), 1e-15)
        const meanInput = one[0].x.filter((_, k) => k % 3 === 0).reduce((sum, value) => sum + value, 0) / BATCH
        if (bias === 'joint') near('the mean input', first.factors[0].a[3], meanInput, 1e-15)
      }
    },
  },
  {
    name: 'a step stays inside its trust region, and reaches its edge where ν is not at its largest',
    check: (subject) => {
      for (const spec of specs) {
        const { method, state, gradient, parameters } = ready(subject, spec)
        for (const scale of [1e-4, 0.01, 1, 100]) {
          const step = method.step(state, gradient.map((value) => scale * value), parameters, { ...kfacDefaults, damping: DAMPING })
          ok(step.innerProduct > 0, `⟨U, V⟩ = ${step.innerProduct}`)
          const quadratic = 0.25 * 0.25 * step.nu * step.nu * step.innerProduct
          ok(step.nu <= 1 && quadratic <= 1e-3 * (1 + 1e-12), `ν = ${step.nu} gives ${quadratic}`)
          if (step.nu < 1) near('the edge', quadratic, 1e-3, 1e-15)
          else ok(scale < 1, 'a large step was not cut')
        }
      }
    },
  },
  {
    name: 'momentum starts as the first scaled direction and then decays, weight decay pulls towards zero',
    check: (subject) => {
      const { method, state, gradient, parameters } = ready(subject, specs[0])
      const hyper = { ...kfacDefaults, learningRate: 0.1, trustRate: 0.25, damping: DAMPING }
      const first = method.step(state, gradient, parameters, hyper)
      const u = method.direction(state, gradient, DAMPING)
      first.state.momentum.forEach((value, i) => near('first buffer', value, first.nu * u[i], 1e-15))
      first.parameters.forEach((value, i) => near('first step', value, parameters[i] - 0.1 * 0.1 * first.nu * u[i], 1e-15))
      const second = method.step(first.state, gradient, first.parameters, hyper)
      second.state.momentum.forEach((value, i) => near('second buffer', value, 0.9 * first.nu * u[i] + second.nu * u[i], 1e-15))
      const decayed = method.step(state, new Float64Array(SIZE), parameters, { ...hyper, weightDecay: 0.1 })
      const pull = method.direction(state, parameters.map((value) => 0.1 * value), DAMPING + 0.1)
      decayed.state.momentum.forEach((value, i) => near('decay', value, decayed.nu * pull[i], 1e-15))
    },
  },
  {
    name: 'much damping gives back the gradient, states are persistent, what is missing is named',
    check: (subject) => {
      const { method, state, gradient, parameters } = ready(subject, specs[0])
      const before = structuredClone(state)
      const far = method.direction(state, gradient, 1e9)
      // G U A is at most some 100 beside 1e9
      gradient.forEach((value, i) => i !== 16 && near('damped', 1e9 * far[i], value, 1e-6))
      method.step(state, gradient, parameters, kfacDefaults)
      method.renew(method.observe(state, signals(40), 0.5), DAMPING)
      deepStrictEqual(state, before)
      throws(() => method.direction(method.init(), gradient, DAMPING), /renew/)
      throws(() => method.renew(method.init(), DAMPING), /observe/)
      throws(() => method.observe(state, signals(10).slice(1), 0.9), /signals/)
      throws(() => method.step(state, gradient.slice(1), parameters, kfacDefaults), /gradient/)
    },
  },
]

const OBS = 3
const nets = ([uniformBox(2, -1, 1), discrete(3)] as const).flatMap((space) =>
  ([{ kind: 'separate', hidden: [4], activation: 'tanh' }, { kind: 'shared' }] as const).map((critic) => {
    const kind = space.kind === 'box' ? ('gaussian' as const) : ('categorical' as const)
    const activations = { activation: 'tanh', outputActivation: 'tanh' } as const
    const policy = { kind, hidden: [5, 4], ...activations, initialLogStd: -0.3, init: 'orthogonal', action: 'raw' } as const
    const spec = { policy, critic, gains: { hidden: 1.4, head: 1, value: 1 } }
    const net = compileActorCritic(spec, OBS, space, reference)
    return { net, parameters: initActorCritic(foldIn(root, 50), spec, OBS, space).map((value, i) => value + draw(51, net.size, 0.2)[i]) }
  }),
)
const actionsOf = ({ distribution: pi }: ActorCritic, batch: number): Float64Array =>
  pi.kind === 'gaussian' ? draw(52, batch * pi.actionSize) : uniforms(foldIn(root, 53), batch).map((u) => Math.floor(u * pi.headSize))

export const fisherLaws: readonly Law<FisherSubject>[] = [
  {
    name: 'the signals of one sample are the slopes of its log likelihood, parameter by parameter',
    check: (subject) => {
      for (const { net, parameters } of nets) {
        const [obs, actions, noise] = [draw(54, OBS), actionsOf(net, 1), draw(55, 1)]
        const target = net.values(parameters, obs, 1)[0] + noise[0]
        const logLikelihood = (x: Float64Array): number => {
          const logProb = new Float64Array(1)
          net.distribution.logProb(logProb, net.heads(x, obs, 1), actions, 1)
          const gap = target - net.values(x, obs, 1)[0]
          return logProb[0] - 0.5 * gap * gap
        }
        const gradient = new Float64Array(net.size).fill(NaN)
        const found = subject.fisherSignals(net, parameters, obs, actions, noise)
        subject.fisherLayers(net).forEach(({ weightAt, biasAt, inputs, outputs }, layer) => {
          for (let o = 0; o < outputs; o++) {
            const slope = found[layer].slopes[o]
            for (let i = 0; i < inputs; i++) gradient[weightAt + o * inputs + i] = slope * found[layer].x[i]
            gradient[biasAt + o] = slope
          }
        })
        // every parameter belongs to a layer: none is left NaN
        agreesWithDifferences(`${net.distribution.kind}, ${net.layers.length} layers`, logLikelihood, parameters, gradient)
      }
    },
  },
  {
    name: 'rows have the signals that they would have alone, and inputs are left unchanged',
    check: (subject) => {
      for (const { net, parameters } of nets) {
        const [obs, actions, noise] = [draw(56, 3 * OBS), actionsOf(net, 3), draw(57, 3)]
        const before = structuredClone({ parameters, obs, actions, noise })
        const together = subject.fisherSignals(net, parameters, obs, actions, noise)
        const width = net.distribution.actionSize
        const alone = subject.fisherSignals(net, parameters, obs.slice(OBS, 2 * OBS), actions.slice(width, 2 * width), noise.slice(1, 2))
        subject.fisherLayers(net).forEach(({ inputs, outputs }, layer) => {
          deepStrictEqual(together[layer].x.slice(inputs, 2 * inputs), alone[layer].x.slice(0, inputs))
          deepStrictEqual(together[layer].slopes.slice(outputs, 2 * outputs), alone[layer].slopes.slice(0, outputs))
        })
        deepStrictEqual({ parameters, obs, actions, noise }, before)
        throws(() => subject.fisherSignals(net, parameters, obs, actions.slice(1), noise))
      }
    },
  },
]
