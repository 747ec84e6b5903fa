/**
 * From the training of a learner to the key of a memory: projected hyper-state, encoder, and perhaps a fixed random readout.
 *
 *     key = φ(s) = mean code of the autoencoder, or tanh(R · mean code) with R drawn once
 *     key = tanh(R s) with frozen random projections, where nothing is learned (the paper's random mapping)
 *
 * s is the projected hyper-state, with numbers appended as they are where there are any. The autoencoder learns to reconstruct s from s by a
 * linear output (paper), or sigmoid(s) from sigmoid(s) with a share of its entries dropped (released code, which encodes keys from s all
 * the same). What is reconstructed is a constant for the gradient; the maps of the hyper-state learn through the input.
 *
 * *Source:* Le et al. 2022, Episodic policy gradient training, arXiv 2112.01853, "Learning to represent hyper-state and memory key";
 * readout, sigmoid, dropout and constant target of the released code.
 * *Deviations:* 1. the target is held also in the paper's form: maps that shrank to zero would reconstruct their own state without loss.
 */
import type { Backend } from '../core/backend.ts'
import { sigmoid } from '../core/dmath.ts'
import { invariant } from '../core/invariant.ts'
import type { Key } from '../core/key.ts'
import { foldIn } from '../core/rng.ts'
import { initLinear } from '../nn/init.ts'
import { joinVectors } from '../nn/layout.ts'
import { initVae, vae, type ResidentEncoder, type Vae, type VaeSpec } from '../nn/vae.ts'
import { hyperState, initProjection, type HyperStateSpec } from './hyper-state.ts'

/**
 * `appended` numbers come with every hyper-state. `learned`: an autoencoder of these sizes; `klWeight` ≥ 0; `input` of the encoder while it
 * learns, with the share `dropout` in [0, 1) of a squashed input dropped; `readout` numbers of a random readout, or null for the code
 * itself. `random`: `readout` numbers straight from the state.
 */
export type ContextEncoderSpec = Readonly<{ hyperState: HyperStateSpec; appended: number }> &
  (
    | Readonly<{
        kind: 'learned'
        hidden: number
        latent: number
        boundedCode: boolean
        klWeight: number
        input: 'state' | 'squashed'
        dropout: number
        readout: number | null
      }>
    | Readonly<{ kind: 'random'; readout: number }>
  )

/** What a hyper-state is made of: parameters [P], then gradients [P], newest first; and the numbers that come with it. */
export type HyperInput = Readonly<{ tensors: readonly Float64Array[]; appended: readonly number[] }>

/** `trained`: maps of the state, then the autoencoder; `frozen`: what no gradient reaches (the readout; for `random` the maps and the readout). */
export type ContextEncoderParameters = Readonly<{ trained: Float64Array; frozen: Float64Array }>

/** Draws of one training batch of B states: `code` [B, L] standard normals, `drop` [B, S] uniforms (empty where nothing is dropped). */
export type EncoderNoise = Readonly<{ code: Float64Array; drop: Float64Array }>

/** The loss of a training batch, its parts, and its gradient by `trained`. */
export type EncoderAnswer = Readonly<{ loss: number; meanSquaredError: number; kl: number; gradient: Float64Array }>

export interface ContextEncoder {
  /** Length of a key h, of a state S, of a code L (0 where nothing is learned), of `trained`. */
  readonly keySize: number
  readonly stateSize: number
  readonly codeSize: number
  readonly trainedSize: number
  init(key: Key): ContextEncoderParameters
  /** The key [h] of one hyper-state. */
  embed(parameters: ContextEncoderParameters, input: HyperInput): Float64Array
  /** Loss and gradient over a batch of hyper-states. Nothing to learn breaks an invariant. */
  loss(parameters: ContextEncoderParameters, inputs: readonly HyperInput[], noise: EncoderNoise): EncoderAnswer
}

/** x ∘ mask/(1 − rate), mask 0 where the uniform lies below the rate; in place. */
const dropOut = (x: Float64Array, uniforms: Float64Array, rate: number): void => {
  for (let i = 0; i < x.length; i++) x[i] = uniforms[i] < rate ? 0 : x[i] / (1 - rate)
}

/** Binds an encoder to a backend. */
export const contextEncoder = (spec: ContextEncoderSpec, backend: Backend): ContextEncoder => {
  const state = hyperState(spec.hyperState, backend)
  const learned = spec.kind === 'learned' ? spec : null
  invariant(learned === null || (learned.dropout >= 0 && learned.dropout < 1), `dropout ${learned?.dropout ?? 0} lies outside [0, 1)`)
  const squashed = learned?.input === 'squashed'
  const stateSize = state.size + spec.appended
  const vaeSpec: VaeSpec | null =
    learned === null
      ? null
      : { inputs: stateSize, hidden: learned.hidden, latent: learned.latent, boundedCode: learned.boundedCode, output: squashed ? 'sigmoid' : 'linear' }
  const model = vaeSpec === null ? null : vae(vaeSpec, backend)
  const codeSize = vaeSpec?.latent ?? 0
  const trainedSize = model === null ? 0 : state.mapSize + model.size
  const readout = spec.readout
  const keySize = readout ?? codeSize
  const { affine, activate } = backend.kernels

  /** tanh(R x + r) with R at `at` of the frozen vector. */
  const readOut = (frozen: Float64Array, at: number, x: Float64Array, outputs: number): Float64Array => {
    const out = new Float64Array(outputs)
    affine(out, frozen, at, x, 1, x.length, outputs)
    activate(out, 'tanh', outputs)
    return out
  }

  // the parameters of a state are never changed, so what was loaded last is known by its array; this is for speed alone
  let resident: ResidentEncoder | null = null
  let loaded: Float64Array | null = null

  /** The mean code [L] of one state under the autoencoder in `trained`. */
  const encode = (autoencoder: Vae, trained: Float64Array, s: Float64Array): Float64Array => {
    resident ??= autoencoder.residentEncoder()
    if (loaded !== trained) resident.load(trained.subarray(state.mapSize))
    loaded = trained
    return resident.encode(s, 1)
  }

  /** s with its appended numbers [S]. */
  const stateOf = (maps: Float64Array, { tensors, appended }: HyperInput): Float64Array => {
    invariant(appended.length === spec.appended, `${appended.length} numbers come with a state that expects ${spec.appended}`)
    const projected = state.project(maps, tensors)
    if (spec.appended === 0) return projected
    const whole = new Float64Array(stateSize)
    whole.set(projected)
    whole.set(appended, state.size)
    return whole
  }

  return {
    keySize,
    stateSize,
    codeSize,
    trainedSize,
    init: (key) => {
      const maps = initProjection(foldIn(key, 0), spec.hyperState)
      const trained = vaeSpec === null ? [] : [maps, initVae(foldIn(key, 1), vaeSpec, 'torch')]
      const last = readout === null ? [] : [initLinear(foldIn(key, 2), 'torch', vaeSpec?.latent ?? stateSize, readout)]
      const frozen = vaeSpec === null ? [maps, ...last] : last
      return { trained: joinVectors(trained), frozen: joinVectors(frozen) }
    },
    embed: ({ trained, frozen }, input) => {
      if (model === null) return readOut(frozen, state.mapSize, stateOf(frozen.subarray(0, state.mapSize), input), keySize)
      const code = encode(model, trained, stateOf(trained.subarray(0, state.mapSize), input))
      return readout === null ? code : readOut(frozen, 0, code, readout)
    },
    loss: ({ trained }, inputs, noise) => {
      invariant(model !== null && learned !== null, 'a random encoder has nothing to learn')
      const maps = trained.subarray(0, state.mapSize)
      const s = new Float64Array(inputs.length * stateSize)
      inputs.forEach((input, b) => s.set(stateOf(maps, input), b * stateSize))
      const target = squashed ? s.map(sigmoid) : s
      const x = squashed ? target.slice() : s
      if (squashed && learned.dropout > 0) dropOut(x, noise.drop, learned.dropout)
      const answer = model.loss(trained.subarray(state.mapSize), { x, target, noise: noise.code }, learned.klWeight)
      const gradState = answer.gradX
      if (squashed) {
        if (learned.dropout > 0) dropOut(gradState, noise.drop, learned.dropout)
        for (let i = 0; i < gradState.length; i++) gradState[i] *= target[i] * (1 - target[i])
      }
      const gradient = new Float64Array(trainedSize)
      gradient.set(answer.gradParameters, state.mapSize)
      inputs.forEach(({ tensors }, b) =>
        state.addPullback(gradient.subarray(0, state.mapSize), tensors, gradState.subarray(b * stateSize, b * stateSize + state.size)),
      )
      return { loss: answer.loss, meanSquaredError: answer.meanSquaredError, kl: answer.kl, gradient }
    },
  }
}
