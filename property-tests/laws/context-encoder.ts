/**
 * Laws of what turns training into keys of a memory: the autoencoder, the projected hyper-state, the encoder made of both.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { reference } from '../../backends/reference/index.ts'
import { sigmoid } from '../../src/core/dmath.ts'
import { foldIn, normals, rootKey, uniforms } from '../../src/core/rng.ts'
import { arrayOf, layoutOf } from '../../src/nn/layout.ts'
import type * as autoencoder from '../../src/nn/vae.ts'
import type * as encoder from '../../src/outer/context-encoder.ts'
import type * as states from '../../src/outer/hyper-state.ts'
import { agreesWithDifferences } from './central-differences.ts'

export type VaeSubject = Pick<typeof autoencoder, 'vae'>
export type HyperStateSubject = Pick<typeof states, 'hyperState' | 'initProjection' | 'projectionLayout'>
export type ContextEncoderSubject = Pick<typeof encoder, 'contextEncoder'>
export type Law<Subject> = Readonly<{ name: string; check: (subject: Subject) => void }>

const root = rootKey('context encoder laws')
const draw = (label: number, n: number, scale = 1): Float64Array => normals(foldIn(root, label), n).map((value) => scale * value)

const vaeSpecs: readonly autoencoder.VaeSpec[] = [
  { inputs: 5, hidden: 4, latent: 2, boundedCode: false, output: 'linear' },
  { inputs: 3, hidden: 6, latent: 3, boundedCode: true, output: 'sigmoid' },
]

/** A model, parameters and a batch of three. */
const vaeCase = (subject: VaeSubject, spec: autoencoder.VaeSpec) => {
  const model = subject.vae(spec, reference)
  const x = draw(1, 3 * spec.inputs)
  return { model, parameters: draw(0, model.size, 0.6), batch: { x, target: draw(2, x.length).map(sigmoid), noise: draw(3, 3 * spec.latent) } }
}

export const vaeLaws: readonly Law<VaeSubject>[] = [
  {
    name: 'gradients agree with central differences',
    check: (subject) => {
      for (const spec of vaeSpecs) {
        const { model, parameters, batch } = vaeCase(subject, spec)
        for (const weight of [0, 0.3]) {
          const answer = model.loss(parameters, batch, weight)
          agreesWithDifferences('by parameters', (p) => model.loss(p, batch, weight).loss, parameters, answer.gradParameters)
          agreesWithDifferences('by x', (x) => model.loss(parameters, { ...batch, x }, weight).loss, batch.x, answer.gradX)
        }
      }
    },
  },
  {
    name: 'the divergence is 0 for the standard normal code and positive otherwise, the error a mean over entries',
    check: (subject) => {
      for (const spec of vaeSpecs) {
        const { model, parameters, batch } = vaeCase(subject, spec)
        const still = model.loss(new Float64Array(model.size), batch, 1)
        strictEqual(still.kl, 0)
        deepStrictEqual(still.z, batch.noise)
        const answered = spec.output === 'sigmoid' ? 0.5 : 0 // of a decoder without weights
        const error = batch.target.reduce((sum, value) => sum + (answered - value) * (answered - value), 0) / batch.target.length
        ok(Math.abs(still.meanSquaredError - error) < 1e-15, `${still.meanSquaredError} instead of ${error}`)
        const moved = model.loss(parameters, batch, 0.25)
        ok(moved.kl > 0, `divergence ${moved.kl}`)
        ok(Math.abs(moved.loss - moved.meanSquaredError - 0.25 * moved.kl) < 1e-15, 'the loss is not the sum of its parts')
      }
    },
  },
  {
    name: 'a code is that of its row alone, without noise, and bounded where it was asked to be',
    check: (subject) => {
      for (const spec of vaeSpecs) {
        const { model, parameters, batch } = vaeCase(subject, spec)
        const codes = model.encode(parameters.map((value) => 20 * value), batch.x, 3)
        if (spec.boundedCode) ok(codes.every((value) => Math.abs(value) <= 1), 'a bounded code outside (−1, 1)')
        const together = model.encode(parameters, batch.x, 3)
        deepStrictEqual(model.loss(parameters, batch, 1).mean, together)
        for (let b = 0; b < 3; b++) {
          const row = batch.x.slice(b * spec.inputs, (b + 1) * spec.inputs)
          deepStrictEqual(model.encode(parameters, row, 1), together.slice(b * spec.latent, (b + 1) * spec.latent))
        }
      }
    },
  },
  {
    name: 'a resident encoder has the bits of the encoder, from what was loaded last',
    check: (subject) => {
      for (const spec of vaeSpecs) {
        const { model, parameters, batch } = vaeCase(subject, spec)
        const resident = model.residentEncoder()
        const changing = parameters.map((value) => -value)
        for (const loaded of [parameters, changing, parameters]) {
          const expected = model.encode(loaded, batch.x, 3)
          resident.load(loaded)
          changing.fill(0.1)
          deepStrictEqual(resident.encode(batch.x, 3), expected)
        }
      }
    },
  },
  {
    name: 'inputs are left unchanged and wrong lengths rejected',
    check: (subject) => {
      const { model, parameters, batch } = vaeCase(subject, vaeSpecs[0])
      const before = structuredClone({ parameters, batch })
      model.loss(parameters, batch, 1)
      deepStrictEqual({ parameters, batch }, before)
      throws(() => model.loss(parameters.slice(1), batch, 1))
      throws(() => model.loss(parameters, { ...batch, noise: batch.noise.slice(1) }, 1))
      throws(() => model.loss(parameters, { ...batch, target: batch.target.slice(1) }, 1))
    },
  },
]

const layout = layoutOf([
  ['net.0.weight', [3, 2]],
  ['net.0.bias', [3]],
  ['logStd', [1]],
])
const LENGTH = 10
const stateSpec: states.HyperStateSpec = { layout, order: 2, features: 2 }
const tensors = [draw(10, LENGTH), draw(11, LENGTH), draw(12, LENGTH)]

/** Eq. 2 with names: for every order and array, the rows of the array times C, plus b. */
const stateByDefinition = (subject: HyperStateSubject, maps: Float64Array, given: readonly Float64Array[]): readonly number[] => {
  const mapLayout = subject.projectionLayout(stateSpec)
  return [0, 1, 2].flatMap((n) =>
    layout.flatMap(({ name, shape }) => {
      const values = n < given.length ? arrayOf(layout, given[n], name) : new Float64Array(shape.reduce((a, b) => a * b, 1))
      const inputs = shape[shape.length - 1]
      const weight = arrayOf(mapLayout, maps, `${n}.${name}.weight`)
      const bias = arrayOf(mapLayout, maps, `${n}.${name}.bias`)
      return Array.from({ length: values.length / inputs }, (_, row) => row).flatMap((row) =>
        [0, 1].map((k) => {
          const terms = Array.from({ length: inputs }, (_, i) => weight[k * inputs + i] * values[row * inputs + i])
          return bias[k] + terms.reduce((a, b) => a + b, 0)
        }),
      )
    }),
  )
}

export const hyperStateLaws: readonly Law<HyperStateSubject>[] = [
  {
    name: 'a state is Eq. 2, array by array and order by order, absent gradients being zero',
    check: (subject) => {
      const state = subject.hyperState(stateSpec, reference)
      const maps = draw(13, state.mapSize)
      for (const given of [tensors, tensors.slice(0, 2), tensors.slice(0, 1), [...tensors, draw(14, LENGTH)]]) {
        const expected = stateByDefinition(subject, maps, given)
        const actual = state.project(maps, given)
        strictEqual(actual.length, state.size)
        // three terms of order 1
        expected.forEach((value, i) => ok(Math.abs(actual[i] - value) < 1e-14, `feature ${i}: ${actual[i]} instead of ${value}`))
      }
      deepStrictEqual(state.project(maps, [tensors[0]]), state.project(maps, [tensors[0], new Float64Array(LENGTH), new Float64Array(LENGTH)]))
    },
  },
  {
    name: 'the pullback agrees with central differences, and is added',
    check: (subject) => {
      const state = subject.hyperState(stateSpec, reference)
      const maps = draw(13, state.mapSize)
      const upstream = draw(15, state.size)
      for (const given of [tensors, tensors.slice(0, 1)]) {
        const gradient = new Float64Array(state.mapSize)
        state.addPullback(gradient, given, upstream)
        const measure = (m: Float64Array): number => state.project(m, given).reduce((sum, value, i) => sum + value * upstream[i], 0)
        agreesWithDifferences('by the maps', measure, maps, gradient)
        const twice = gradient.slice()
        state.addPullback(twice, given, upstream)
        twice.forEach((value, i) => ok(Math.abs(value - 2 * gradient[i]) < 1e-13, 'a gradient was written, not added')) // a few terms of order 1
      }
    },
  },
  {
    name: 'maps start with biases of 0.01 and Xavier-uniform weights, each its own',
    check: (subject) => {
      const maps = subject.initProjection(foldIn(root, 16), stateSpec)
      const mapLayout = subject.projectionLayout(stateSpec)
      mapLayout.forEach(({ name, shape }) => {
        const values = arrayOf(mapLayout, maps, name)
        if (name.endsWith('bias')) values.forEach((value) => strictEqual(value, 0.01))
        else values.forEach((value) => ok(value !== 0 && Math.abs(value) <= Math.sqrt(6 / (shape[0] + shape[1])), `${name}: ${value}`))
      })
      ok(arrayOf(mapLayout, maps, '0.logStd.weight')[0] !== arrayOf(mapLayout, maps, '1.logStd.weight')[0], 'two orders share a map')
    },
  },
  {
    name: 'vectors of another length are rejected',
    check: (subject) => {
      const state = subject.hyperState(stateSpec, reference)
      throws(() => state.project(new Float64Array(state.mapSize), [new Float64Array(3)]))
      throws(() => state.project(new Float64Array(3), tensors))
      throws(() => state.addPullback(new Float64Array(state.mapSize), tensors, new Float64Array(3)))
      throws(() => subject.hyperState({ ...stateSpec, features: 0 }, reference))
    },
  },
]

const learned = { kind: 'learned', hidden: 4, latent: 3, boundedCode: true, klWeight: 0.2, input: 'state', dropout: 0, readout: null } as const
const encoderSpecs: readonly encoder.ContextEncoderSpec[] = [
  { hyperState: stateSpec, appended: 0, ...learned },
  { hyperState: stateSpec, appended: 1, ...learned, input: 'squashed', dropout: 0.5, readout: 5 },
]

/** A hyper-state of these tensors, with as many numbers as `spec` wants. */
const inputOf = (spec: encoder.ContextEncoderSpec, given: readonly Float64Array[]): encoder.HyperInput => ({
  tensors: given,
  appended: new Array<number>(spec.appended).fill(0.7),
})

export const contextEncoderLaws: readonly Law<ContextEncoderSubject>[] = [
  {
    name: 'the gradient agrees with central differences of the loss with its target held',
    check: (subject) => {
      for (const spec of encoderSpecs) {
        const phi = subject.contextEncoder(spec, reference)
        const start = phi.init(foldIn(root, 20))
        const batch = [tensors, tensors.slice(0, 1), [tensors[2]]].map((given) => inputOf(spec, given))
        const noise = { code: draw(21, 3 * phi.codeSize), drop: uniforms(foldIn(root, 22), 3 * phi.stateSize) }
        const answer = phi.loss(start, batch, noise)
        // The target is a constant for the gradient, but differences see it move. The divergence does not depend on it, nor does the
        // error by the last layer change the target; the way from the error to the maps is the same as that from the divergence.
        const heavier = subject.contextEncoder({ ...spec, klWeight: 1.2 } as encoder.ContextEncoderSpec, reference)
        const slopes = heavier.loss(start, batch, noise).gradient.map((value, i) => value - answer.gradient[i])
        agreesWithDifferences('divergence', (trained) => phi.loss({ ...start, trained }, batch, noise).kl, start.trained, slopes)
        const tailAt = phi.trainedSize - phi.stateSize * 5 // the decoder's last layer: 4 weights and a bias per number of the state
        const total = (tail: Float64Array): number => {
          const trained = start.trained.slice()
          trained.set(tail, tailAt)
          return phi.loss({ ...start, trained }, batch, noise).loss
        }
        agreesWithDifferences('error by the last layer', total, start.trained.slice(tailAt), answer.gradient.slice(tailAt))
      }
    },
  },
  {
    name: 'keys have their size, see parameters and gradients, and a fixed readout keeps them inside (−1, 1)',
    check: (subject) => {
      for (const spec of [...encoderSpecs, { hyperState: stateSpec, appended: 0, kind: 'random', readout: 5 } as const]) {
        const phi = subject.contextEncoder(spec, reference)
        const start = phi.init(foldIn(root, 23))
        strictEqual(start.trained.length, phi.trainedSize)
        const embedding = phi.embed(start, inputOf(spec, tensors))
        strictEqual(embedding.length, phi.keySize)
        ok(embedding.every((value) => Math.abs(value) < 1 && value !== 0), `key ${embedding.join(', ')}`)
        const other = [tensors[0], tensors[1], tensors[2].map((value, i) => (i === 9 ? value + 1 : value))]
        const differs = (input: encoder.HyperInput): boolean => phi.embed(start, input).some((value, i) => value !== embedding[i])
        ok(differs(inputOf(spec, other)), 'the second gradient has no influence')
        if (spec.appended > 0) ok(differs({ tensors, appended: [-1] }), 'what comes with a state has no influence')
        throws(() => phi.embed(start, { tensors, appended: [1, 2] }))
        deepStrictEqual(phi.embed(start, inputOf(spec, tensors)), embedding)
      }
    },
  },
  {
    name: 'a key is that of the parameters which are given, whichever were given before',
    check: (subject) => {
      for (const spec of encoderSpecs) {
        const phi = subject.contextEncoder(spec, reference)
        const [one, other] = [27, 28].map((label) => phi.init(foldIn(root, label)))
        for (const parameters of [one, other, one, { ...other, trained: other.trained.slice() }]) {
          const fresh = subject.contextEncoder(spec, reference)
          deepStrictEqual(phi.embed(parameters, inputOf(spec, tensors)), fresh.embed(parameters, inputOf(spec, tensors)))
        }
      }
    },
  },
  {
    name: 'steps down the gradient reconstruct better, and a random encoder has none',
    check: (subject) => {
      const phi = subject.contextEncoder({ hyperState: stateSpec, appended: 0, ...learned, klWeight: 1e-3 }, reference)
      let parameters = phi.init(foldIn(root, 24))
      const batch = [tensors, [draw(25, LENGTH, 2)], [draw(26, LENGTH, 0.5)]].map((given): encoder.HyperInput => ({ tensors: given, appended: [] }))
      const noise = { code: new Float64Array(3 * phi.codeSize), drop: new Float64Array(0) }
      const before = phi.loss(parameters, batch, noise)
      for (let step = 0; step < 400; step++) {
        const { gradient } = phi.loss(parameters, batch, noise)
        parameters = { ...parameters, trained: parameters.trained.map((value, i) => value - 0.5 * gradient[i]) }
      }
      const after = phi.loss(parameters, batch, noise)
      ok(after.loss < 0.7 * before.loss, `loss ${before.loss} became ${after.loss}`)
      const random = subject.contextEncoder({ hyperState: stateSpec, appended: 0, kind: 'random', readout: 5 }, reference)
      throws(() => random.loss(random.init(root), batch, noise))
    },
  },
]
