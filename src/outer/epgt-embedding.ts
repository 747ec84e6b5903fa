/**
 * The embedding φ of EPGT in a run: its parameters with their optimiser, bound anew to the arrays of the learner that it watches.
 *
 * The state is plain data and holds no functions, and which arrays a learner has is known from its first context only; so every call takes
 * the layout. What is bound to the layout of the call before is kept, for speed alone: it depends on nothing but the layout.
 *
 * *Source:* Le et al. 2021, EPGT, arXiv 2112.01853, "Learning to represent hyper-state and memory key". *Deviations:* none.
 */
import type { Backend } from '../core/backend.ts'
import { invariant } from '../core/invariant.ts'
import type { Key } from '../core/key.ts'
import { foldIn, normals, uniforms } from '../core/rng.ts'
import type { Layout } from '../nn/layout.ts'
import { adam, adamDefaults } from '../optim/adam.ts'
import type { OptimiserState } from '../optim/optimiser.ts'
import type { ContextEncoder, ContextEncoderParameters, HyperInput } from './context-encoder.ts'
import { contextEncoder } from './context-encoder.ts'
import type { EpgtSettings } from './epgt-settings.ts'
import { hyperState } from './hyper-state.ts'

/** What the autoencoder and the projections have learnt; `optimiser` is null where nothing is. */
export type EmbeddingState = Readonly<{ parameters: ContextEncoderParameters; optimiser: OptimiserState | null }>

export interface EpgtEmbedder {
  init(key: Key, layout: Layout): EmbeddingState
  /** φ(s) [h] of one hyper-state. */
  embed(state: EmbeddingState, layout: Layout, input: HyperInput): Float64Array
  /**
   * One Adam step on a batch of hyper-states, and the loss before it. Where the gradient is not finite (a learner that diverged) nothing changes,
   * and the loss is NaN. A random embedding has nothing to learn and breaks an invariant.
   */
  train(key: Key, state: EmbeddingState, layout: Layout, inputs: readonly HyperInput[]): readonly [EmbeddingState, number]
}

/** The embedding that `settings` describe, on `backend`. */
export const epgtEmbedder = ({ embedding, orders, features, stepFeature }: EpgtSettings, backend: Backend): EpgtEmbedder => {
  const appended = stepFeature ? 1 : 0
  const learned = embedding.kind === 'learned' ? embedding : null
  const optimiser = adam(adamDefaults, backend)

  const bind = (layout: Layout): ContextEncoder => {
    const spec = { layout, order: orders, features }
    if (learned === null) return contextEncoder({ kind: 'random', hyperState: spec, appended, readout: embedding.readout ?? 1 }, backend)
    const { latent, boundedCode, readout, input, dropout } = learned
    const size = hyperState(spec, backend).size + appended
    const hidden = learned.hidden === 'quarter' ? Math.max(1, Math.floor(size / 4)) : learned.hidden
    // a mean over batch and entries against a weighed sum is a sum of squares against the divergence, up to a constant that Adam does not see
    const klWeight = learned.error === 'mean' ? learned.klWeight : learned.klWeight / (learned.batch * size)
    return contextEncoder({ kind: 'learned', hyperState: spec, appended, hidden, latent, boundedCode, readout, input, dropout, klWeight }, backend)
  }

  let latest: Readonly<{ layout: Layout; encoder: ContextEncoder }> | null = null
  const bound = (layout: Layout): ContextEncoder => {
    if (latest === null || latest.layout !== layout) latest = { layout, encoder: bind(layout) }
    return latest.encoder
  }

  return {
    init: (key, layout) => {
      const encoder = bound(layout)
      return { parameters: encoder.init(key), optimiser: learned === null ? null : optimiser.init(encoder.trainedSize) }
    },
    embed: ({ parameters }, layout, input) => bound(layout).embed(parameters, input),
    train: (key, state, layout, inputs) => {
      const { parameters, optimiser: moments } = state
      invariant(learned !== null && moments !== null, 'a random embedding has nothing to learn')
      const encoder = bound(layout)
      const noise = {
        code: normals(foldIn(key, 0), inputs.length * encoder.codeSize),
        drop: learned.dropout === 0 ? new Float64Array(0) : uniforms(foldIn(key, 1), inputs.length * encoder.stateSize),
      }
      const { loss, gradient } = encoder.loss(parameters, inputs, noise)
      if (!Number.isFinite(loss) || !gradient.every(Number.isFinite)) return [state, Number.NaN]
      const [trained, moved] = optimiser.update(moments, gradient, parameters.trained, learned.learningRate)
      return [{ parameters: { ...parameters, trained }, optimiser: moved }, loss]
    },
  }
}
