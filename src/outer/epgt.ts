/**
 * Episodic policy gradient training: hyperparameters chosen by what they led to in similar states of training.
 *
 *     s = [vec(W_m^n C_m^n)],  a = argmax_a Q(φ(s), a) or, with probability ε, any,  Q by the memory (Eq. 2 and 3)
 *     M[φ(s_k), a] ← M[φ(s_k), a] + β w_k (G − M[φ(s_k), a])   for all updates of a learning episode (Eq. 4)
 *
 * Before an update the hyper-state (parameters and last gradients) becomes an embedding, and a joint action of the grid is chosen; the rollout
 * that follows the updates gives the return G of all of them. A value that the next step cannot take over (a GAE λ in the middle of a phase)
 * stays as it is in the chosen action, so that what is remembered is what was in force. Where the grid holds a hyperparameter that
 * counts from the next rollout, an action is chosen before the rollout already, and the updates choose the rest of it. An action that
 * has no value is no candidate of a greedy choice; where no action has one, the choice is uniform.
 *
 * An evolution strategy is driven as well: a generation is rollout and update in one, and the return of an action is that of the generation
 * after it.
 *
 * `describe`: `metaUpdates` (learning episodes written to the memory), `memorySize`, `epsilon` at the last decision, the `action` in force
 * (−1 before the first), `actionValue` (Q of the last greedy decision), `hyperReturn` (the last G), `decisions`, `greedyShare` of them,
 * `vaeLoss` and `vaeSteps`.
 *
 * *Source:* Le et al. 2021, EPGT, arXiv 2112.01853, Eq. 1-4, Algorithm 1. Where paper and released code differ: `epgt-settings.ts`.
 * *Deviations:* 1. embeddings of updates that explore and are not remembered are not computed. 2. the first step of a learner that shows nothing
 * before it uses the learner's own values.
 */
import type { Backend } from '../core/backend.ts'
import type { HyperParameter, HyperRecord } from '../core/hyper.ts'
import type { Key } from '../core/key.ts'
import type { Metrics } from '../core/learner.ts'
import { rejectAll } from '../core/rejection.ts'
import { foldIn, integer, split, uniform } from '../core/rng.ts'
import type { EsTrainingContext } from '../es/context.ts'
import type { EpisodicMemoryState } from '../memory/episodic-memory.ts'
import { episodicMemory } from '../memory/episodic-memory.ts'
import type { PolicyGradientContext } from '../rl/context.ts'
import type { HyperInput } from './context-encoder.ts'
import type { EmbeddingState } from './epgt-embedding.ts'
import { epgtEmbedder } from './epgt-embedding.ts'
import type { Episode } from './epgt-episode.ts'
import { credited, emptyEpisode, withEntry, withoutSample, withPhase, withSample } from './epgt-episode.ts'
import type { EpgtSettings } from './epgt-settings.ts'
import { epgtProblems, embeddingSizeOf } from './epgt-settings.ts'
import type { HyperGrid } from './hyper-grid.ts'
import { countsFromRollout, rewardOf } from './hyper-steps.ts'
import type { RunClock } from './run-clock.ts'
import { momentOf, rampAt, startClock, tick } from './run-clock.ts'
import type { Scheduler } from './scheduler.ts'

/** `grid` are the joint actions; `space` and `hyper` the learner's ranges and own values. */
export type EpgtOptions = EpgtSettings &
  Readonly<{ grid: HyperGrid; space: Readonly<Record<string, HyperParameter>>; hyper: HyperRecord }>

/** What EPGT watches: a learner that shows its training, with rollouts or with generations. */
export type EpgtContext = PolicyGradientContext | EsTrainingContext

/** A decision whose update is not remembered yet: number of the update in its phase, hyper-state, and its embedding where the memory was read. */
type Reading = Readonly<{ update: number; input: HyperInput; embedding: Float64Array | null }>

/** Counts and last values for the record; NaN before there is one. */
type Tally = Readonly<{
  decisions: number
  greedy: number
  epsilon: number
  actionValue: number
  hyperReturn: number
  vaeLoss: number
  vaeSteps: number
  written: number
}>

/**
 * Everything, as plain data. `keyEmbedding` starts the embedding when the learner first shows its arrays; `trains` says whether the learning
 * episode in progress ends in a step of the autoencoder; `rollouts` are those that have been seen, `lastGain` is what the last was worth.
 */
export type EpgtState = Readonly<{
  keyEmbedding: Key
  embedding: EmbeddingState | null
  memory: EpisodicMemoryState
  clock: RunClock
  action: number
  reading: Reading | null
  episode: Episode
  trains: boolean
  rollouts: number
  lastGain: number
  tally: Tally
}>

const startTally: Tally = {
  decisions: 0,
  greedy: 0,
  epsilon: Number.NaN,
  actionValue: Number.NaN,
  hyperReturn: Number.NaN,
  vaeLoss: Number.NaN,
  vaeSteps: 0,
  written: 0,
}

/** The candidate of the greatest value, the lowest one on ties; −1 where none has a value. */
const greatest = (values: Float64Array, candidates: readonly number[]): number =>
  candidates.reduce((best, action) => (Number.isNaN(values[action]) || (best >= 0 && values[action] <= values[best]) ? best : action), -1)

/** The number that the released code appends to a hyper-state that it writes: −1 for the last of its phase, else 0. */
const stepWritten = (last: boolean): number => (last ? -1 : 0)

/** EPGT over `options.grid`. Throws a `RangeError` for settings outside their ranges. */
export const epgt = (options: EpgtOptions, backend: Backend): Scheduler<EpgtState, EpgtContext, HyperRecord> => {
  rejectAll('EPGT', epgtProblems(options))
  const { grid, space, hyper, embedding: embeddingOptions, epsilon: ramp } = options
  const embedder = epgtEmbedder(options, backend)
  const memory = episodicMemory({ ...options.memory, dimensions: embeddingSizeOf(embeddingOptions), actions: grid.size })
  const beforeRollout = countsFromRollout(grid.names, space)
  const actions = Array.from({ length: grid.size }, (_, action) => action)
  const digits = actions.map((action) => grid.digitsOf(action))
  const learned = embeddingOptions.kind === 'learned' ? embeddingOptions : null

  const inputOf = ({ parameters, gradients }: EpgtContext, step: number): HyperInput => ({
    tensors: [parameters, ...gradients.slice(options.gradientDelay, options.gradientDelay + options.orders)],
    appended: options.stepFeature ? [step] : [],
  })

  /** The state with its embedding, which is drawn when the learner first shows its arrays. */
  const embedding = ({ keyEmbedding, embedding: started }: EpgtState, context: EpgtContext): EmbeddingState =>
    started ?? embedder.init(keyEmbedding, context.layout)

  const isDecision = ({ next, phaseUpdates }: EpgtContext): boolean =>
    next === 'collect' ? beforeRollout : phaseUpdates % options.readInterval === 0

  /** The actions that agree with the one in force wherever the next step cannot take over a new value. */
  const candidatesOf = (inForce: number, { changeable }: EpgtContext): readonly number[] => {
    if (inForce < 0 || options.binding === 'free') return actions
    const held = grid.names.flatMap((name, axis) => (changeable.includes(space[name].takesEffect) ? [] : [axis]))
    if (held.length === 0) return actions
    const own = digits[inForce]
    return actions.filter((action) => held.every((axis) => digits[action][axis] === own[axis]))
  }

  const decide = (key: Key, state: EpgtState, context: EpgtContext, envSteps: number): EpgtState => {
    const [keyExplore, keyAction] = split(key, 2)
    const epsilon = rampAt(ramp.from, { to: ramp.to, over: 'env-steps', length: ramp.envSteps }, { steps: 0, envSteps })
    const candidates = candidatesOf(state.action, context)
    const anyOne = candidates[integer(keyAction, candidates.length)]
    const input = inputOf(context, context.phaseUpdates)
    const updates = context.next !== 'collect' // an action before the rollout is remembered with the updates that share it
    const tally = { ...state.tally, decisions: state.tally.decisions + 1, epsilon }
    if (uniform(keyExplore) < epsilon) {
      return { ...state, action: anyOne, reading: updates ? { update: context.phaseUpdates, input, embedding: null } : null, tally }
    }
    const begun = embedding(state, context)
    const place = embedder.embed(begun, context.layout, input)
    const [values, touched] = memory.read(state.memory, place, candidates)
    const best = greatest(values, candidates)
    return {
      ...state,
      embedding: begun,
      memory: touched,
      action: best < 0 ? anyOne : best,
      reading: updates ? { update: context.phaseUpdates, input, embedding: place } : null,
      tally: best < 0 ? tally : { ...tally, greedy: tally.greedy + 1, actionValue: values[best] },
    }
  }

  /** The state after a rollout worth `gain`: what awaited a return is remembered. */
  const credit = (state: EpgtState, gain: number): EpgtState => {
    const [episode, experiences] = credited(state.episode, gain, options.phases)
    if (experiences.length === 0) return { ...state, episode }
    const tally = { ...state.tally, written: state.tally.written + 1, hyperReturn: experiences[0].target }
    return { ...state, episode, memory: memory.write(state.memory, experiences), tally }
  }

  /** The state with the open decision among the entries of its episode. */
  const remembered = (key: Key, state: EpgtState, { update, input, embedding: read }: Reading, context: EpgtContext, last: boolean): EpgtState => {
    const begun = embedding(state, context)
    const written: HyperInput = options.stepFeature ? { ...input, appended: [stepWritten(last)] } : input
    const place = read !== null && !options.stepFeature ? read : embedder.embed(begun, context.layout, written)
    const episode = withEntry(state.episode, place, state.action)
    const sampled = state.trains && learned !== null ? withSample(foldIn(key, update), episode, written, learned.batch) : episode
    return { ...state, embedding: begun, reading: null, episode: sampled }
  }

  /** The state at the end of a phase of updates: where the episode ends with it, the autoencoder may learn. */
  const phaseEnded = (key: Key, state: EpgtState, context: EpgtContext): EpgtState => {
    const [keyTrain, keyTrains] = split(key, 2)
    const finished: EpgtState = { ...state, episode: withPhase(state.episode) }
    if (finished.episode.finished < options.phases || learned === null) return finished
    const { sample } = finished.episode
    const [trained, loss] =
      sample.length === 0 || finished.embedding === null
        ? [finished.embedding, finished.tally.vaeLoss]
        : embedder.train(keyTrain, finished.embedding, context.layout, sample)
    return {
      ...finished,
      embedding: trained,
      episode: withoutSample(finished.episode),
      trains: uniform(keyTrains) < learned.probability,
      tally: sample.length === 0 ? finished.tally : { ...finished.tally, vaeLoss: loss, vaeSteps: finished.tally.vaeSteps + 1 },
    }
  }

  /** The state after a step that updated the learner. */
  const updated = (key: Key, state: EpgtState, context: EpgtContext): EpgtState => {
    const [keySample, keyPhase] = split(key, 2)
    const { reading } = state
    const last = context.next !== 'update'
    const due = reading !== null && (last || reading.update % options.writeInterval === 0)
    const kept = due ? remembered(keySample, state, reading, context, last) : state
    if (!last) return kept
    const ended = phaseEnded(keyPhase, kept, context)
    return options.credit === 'preceding' ? credit(ended, ended.lastGain) : ended
  }

  /** The state after a rollout (or the rollout of a generation), which is worth something only where it is new. */
  const collected = (state: EpgtState, context: EpgtContext, envSteps: number): EpgtState => {
    if (context.rollouts === state.rollouts) return state
    const gain = rewardOf(options.reward, context, envSteps)
    const seen = { ...state, rollouts: context.rollouts, lastGain: gain }
    return options.credit === 'following' ? credit(seen, gain) : seen
  }

  return {
    name: 'epgt',
    members: 1,
    needs: ['training'],
    probes: [],
    init: (key) => {
      const [keyEmbedding, keyTrains] = split(key, 2)
      return {
        keyEmbedding,
        embedding: null,
        memory: memory.empty(),
        clock: startClock,
        action: -1,
        reading: null,
        episode: emptyEpisode,
        trains: learned !== null && uniform(keyTrains) < learned.probability,
        rollouts: 0,
        lastGain: Number.NaN,
        tally: startTally,
      }
    },
    propose: (key, state, step, [context]) => {
      const moment = momentOf(state.clock, step, context)
      const next = context === null || !isDecision(context) ? state : decide(key, state, context, moment.envSteps)
      return [{ kind: 'use', hyper: next.action < 0 ? hyper : grid.hyperAt(next.action, moment) }, next]
    },
    observe: (key, state, feedback) => {
      if (feedback.kind === 'probe') return state
      const [{ context, envSteps }] = feedback.members
      const seen = collected({ ...state, clock: tick(state.clock, feedback) }, context, envSteps)
      return context.next === 'generation' || envSteps === 0 ? updated(key, seen, context) : seen
    },
    describe: ({ memory: { ids }, action, tally }): Metrics => ({
      metaUpdates: tally.written,
      memorySize: ids.length,
      epsilon: tally.epsilon,
      action,
      actionValue: tally.actionValue,
      hyperReturn: tally.hyperReturn,
      decisions: tally.decisions,
      greedyShare: tally.decisions === 0 ? Number.NaN : tally.greedy / tally.decisions,
      vaeLoss: tally.vaeLoss,
      vaeSteps: tally.vaeSteps,
    }),
  }
}
