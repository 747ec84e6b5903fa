/**
 * The small variational autoencoder that turns hyper-states into keys of a memory.
 *
 *     encoder  x → tanh(hidden) → [mean | log variance] (each latent numbers; through tanh if the code is bounded)
 *     code     z = mean + e^{log variance/2} ∘ noise
 *     decoder  z → relu(hidden) → y = sigmoid(inputs), or inputs as they are
 *     loss     = mean (y − target)² + w · Σ −½ (1 + log variance − mean² − e^{log variance})
 *
 * The error is a mean over all entries, the divergence a sum over rows and dimensions. Parameters: encoder layers, then decoder layers.
 *
 * *Source:* Kingma and Welling 2014, Auto-encoding variational Bayes, arXiv 1312.6114, Eq. 10 and appendix B; sizes, activations and
 * reductions of the code released with Le et al. 2022, arXiv 2112.01853.
 * *Deviations:* none.
 */
import type { Backend, MlpSpec } from '../core/backend.ts'
import { exp } from '../core/dmath.ts'
import { invariant } from '../core/invariant.ts'
import type { Key } from '../core/key.ts'
import { foldIn } from '../core/rng.ts'
import { columns } from './columns.ts'
import type { LinearInit } from './init.ts'
import { joinLayouts, joinVectors, layoutSize, type Layout } from './layout.ts'
import { initMlp, mlp, mlpLayout } from './mlp.ts'

/**
 * `inputs` I, width of the `hidden` layers, `latent` L numbers of a code; `boundedCode` keeps mean and log variance in (−1, 1); `output` is what
 * the decoder ends in.
 */
export type VaeSpec = Readonly<{ inputs: number; hidden: number; latent: number; boundedCode: boolean; output: 'sigmoid' | 'linear' }>

/** The autoencoder of the released code: a quarter of the inputs, 32 latent numbers, a bounded code, a sigmoid at the end. */
export const releasedVae = (inputs: number): VaeSpec =>
  ({ inputs, hidden: Math.max(1, Math.floor(inputs / 4)), latent: 32, boundedCode: true, output: 'sigmoid' })

/** What an autoencoder learns from: `x` and `target` [B, I] (targets in [0, 1] for a sigmoid), `noise` [B, L] of standard normals. */
export type VaeBatch = Readonly<{ x: Float64Array; target: Float64Array; noise: Float64Array }>

/** The loss with its parts, and its gradient by the parameters and by `x` [B, I]. */
export type VaeAnswer = Readonly<{
  loss: number
  meanSquaredError: number
  kl: number
  mean: Float64Array
  logVariance: Float64Array
  z: Float64Array
  reconstruction: Float64Array
  gradParameters: Float64Array
  gradX: Float64Array
}>

/** An encoder whose parameters stay where the backend computes. */
export interface ResidentEncoder {
  /** Takes over the front of `parameters`; later changes of the array are not seen. */
  load(parameters: Float64Array): void
  /** The mean codes [B, L] of `x` [B, I]. */
  encode(x: Float64Array, batch: number): Float64Array
}

export type Vae = Readonly<{
  layout: Layout
  /** Length of the flat vector. */
  size: number
  /** The mean codes [B, L] of `x` [B, I]. */
  encode(parameters: Float64Array, x: Float64Array, batch: number): Float64Array
  /** An encoder for many calls with the same parameters. */
  residentEncoder(): ResidentEncoder
  /** The loss of a batch at divergence weight `klWeight` ≥ 0, with its gradient. */
  loss(parameters: Float64Array, batch: VaeBatch, klWeight: number): VaeAnswer
}>

const encoderSizes = ({ inputs, hidden, latent }: VaeSpec): readonly number[] => [inputs, hidden, 2 * latent]
const decoderSizes = ({ inputs, hidden, latent }: VaeSpec): readonly number[] => [latent, hidden, inputs]

/** Initial flat parameters, every layer by `init`. */
export const initVae = (key: Key, spec: VaeSpec, init: LinearInit): Float64Array =>
  joinVectors([initMlp(foldIn(key, 0), encoderSizes(spec), init), initMlp(foldIn(key, 1), decoderSizes(spec), init)])

/** Binds an autoencoder to a backend. Arrays of lengths that do not fit break an invariant. */
export const vae = (spec: VaeSpec, backend: Backend): Vae => {
  const { inputs, latent } = spec
  const encoderSpec: MlpSpec = { sizes: encoderSizes(spec), activation: 'tanh', outputActivation: spec.boundedCode ? 'tanh' : 'linear' }
  const encoder = mlp(encoderSpec, backend)
  const decoder = mlp({ sizes: decoderSizes(spec), activation: 'relu', outputActivation: spec.output }, backend)
  const layout = joinLayouts([
    ['encoder', mlpLayout(encoderSizes(spec))],
    ['decoder', mlpLayout(decoderSizes(spec))],
  ])
  const size = layoutSize(layout)

  const loss: Vae['loss'] = (parameters, { x, target, noise }, klWeight) => {
    const batch = x.length / inputs
    invariant(parameters.length === size, `an autoencoder of ${size} parameters received ${parameters.length}`)
    invariant(Number.isInteger(batch) && target.length === x.length, `inputs of ${inputs} numbers: ${x.length} of x, ${target.length} of the target`)
    invariant(noise.length === batch * latent, `a batch of ${batch} codes of ${latent} received ${noise.length} numbers of noise`)
    const encoding = encoder.forwardWithPullback(parameters, x, batch)
    const mean = columns(encoding.y, 2 * latent, 0, latent)
    const logVariance = columns(encoding.y, 2 * latent, latent, latent)
    const std = logVariance.map((value) => exp(0.5 * value))
    const z = mean.map((value, at) => value + std[at] * noise[at])
    const decoding = decoder.forwardWithPullback(parameters.subarray(encoder.size), z, batch)

    const reconstruction = decoding.y
    const slopes = new Float64Array(x.length)
    let squares = 0
    for (let at = 0; at < slopes.length; at++) {
      const gap = reconstruction[at] - target[at]
      squares += gap * gap
      slopes[at] = (2 * gap) / slopes.length
    }
    let kl = 0
    for (let at = 0; at < z.length; at++) kl -= 0.5 * (1 + logVariance[at] - mean[at] * mean[at] - std[at] * std[at])

    const byDecoder = decoding.pullback(slopes)
    const byCode = new Float64Array(2 * z.length)
    for (let b = 0, at = 0; b < batch; b++) {
      for (let i = 0; i < latent; i++, at++) {
        byCode[2 * b * latent + i] = byDecoder.x[at] + klWeight * mean[at]
        byCode[(2 * b + 1) * latent + i] = 0.5 * (byDecoder.x[at] * noise[at] * std[at] + klWeight * (std[at] * std[at] - 1))
      }
    }
    const byEncoder = encoding.pullback(byCode)
    const gradParameters = joinVectors([byEncoder.parameters, byDecoder.parameters])
    const meanSquaredError = squares / x.length
    return { loss: meanSquaredError + klWeight * kl, meanSquaredError, kl, mean, logVariance, z, reconstruction, gradParameters, gradX: byEncoder.x }
  }

  return {
    layout,
    size,
    encode: (parameters, x, batch) => columns(encoder.forward(parameters, x, batch), 2 * latent, 0, latent),
    residentEncoder: () => {
      const net = backend.kernels.residentMlp(encoderSpec)
      return {
        load: (parameters) => net.load(parameters),
        encode: (x, batch) => {
          const out = new Float64Array(2 * batch * latent)
          net.forward(out, x, batch)
          return columns(out, 2 * latent, 0, latent)
        },
      }
    },
    loss,
  }
}
