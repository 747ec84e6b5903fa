/**
 * Vanilla evolution strategies with one flaw each, for the laws to catch.
 */
import type { Backend } from '../../src/core/backend.ts'
import { parcel } from '../../src/core/digest.ts'
import { foldIn } from '../../src/core/rng.ts'
import type { Batch, EsHyper, Evaluation, Strategy } from '../../src/es/strategy.ts'
import type { VanillaEsState, VanillaEsStrategyOptions } from '../../src/es/vanilla-es.ts'
import { vanillaEsStrategy } from '../../src/es/vanilla-es.ts'

type Es = Strategy<VanillaEsState, EsHyper>
/** Builds a strategy of `popsize` candidates; a flaw may build several. */
type Make = (popsize: number) => Es

/** Changes of what `tell` is given, before a sound `tell` sees it. */
const telling =
  (change: (batch: Batch, evaluations: readonly Evaluation[], hyper: EsHyper) => readonly [Batch, readonly Evaluation[], EsHyper]) =>
  (sound: Es): Es => ({ ...sound, tell: (state, batch, evaluations, hyper) => sound.tell(state, ...change(batch, evaluations, hyper)) })

const replaceFitness = (change: (fitness: number, index: number) => number) =>
  telling((batch, evaluations, hyper) => [batch, evaluations.map((e, i) => ({ ...e, fitness: change(e.fitness, i) })), hyper])

const unmirrored = (sound: Es): Es['perturbation'] => (batch, index) => {
  const { key, scale } = sound.perturbation(batch, index)
  return { key, scale: Math.abs(scale) }
}

/** Each flaw as a change of a sound constructor. */
const flaws = {
  none: (make: Make) => make,
  'draws its keys from a hidden stream': (make: Make): Make => (popsize) => {
    const sound = make(popsize)
    let calls = 0
    return { ...sound, ask: (key, state, hyper) => sound.ask(foldIn(key, calls++), state, hyper) }
  },
  'writes into the mean': (make: Make): Make => (popsize) => {
    const sound = make(popsize)
    const tell: Es['tell'] = (state, batch, evaluations, hyper) => {
      const told = sound.tell(state, batch, evaluations, hyper)
      state.mean.values.set(told.mean.values)
      return told
    }
    return { ...sound, tell }
  },
  'keeps a function in its batch': (make: Make): Make => (popsize) => {
    const sound = make(popsize)
    return { ...sound, ask: (key, state, hyper) => ({ ...sound.ask(key, state, hyper), noise: () => key }) }
  },
  'stores the noise': (make: Make): Make => (popsize) => {
    const sound = make(popsize)
    const ask: Es['ask'] = (key, state, hyper) => {
      const batch = sound.ask(key, state, hyper)
      return { ...batch, candidates: Array.from({ length: popsize }, (_, i) => sound.candidate(state, batch, i)) }
    }
    return { ...sound, ask }
  },
  'evaluates the plus half twice': (make: Make): Make => (popsize) => {
    const sound = make(popsize)
    return { ...sound, candidate: (state, batch, index) => sound.candidate(state, batch, index % (popsize / 2)) }
  },
  'sends workers the plus half twice': (make: Make): Make => (popsize) => {
    const sound = make(popsize)
    return { ...sound, perturbation: unmirrored(sound), candidate: (state, batch, index) => sound.candidate(state, batch, index % (popsize / 2)) }
  },
  'samples with sigma squared': (make: Make): Make => (popsize) => {
    const sound = make(popsize)
    const squared = (batch: Batch): Batch => ({ ...batch, sigma: batch.sigma * batch.sigma })
    return {
      ...sound,
      perturbation: (batch, index) => sound.perturbation(squared(batch), index),
      candidate: (state, batch, index) => sound.candidate(state, squared(batch), index),
    }
  },
  'rounds an odd popsize up': (make: Make): Make => (popsize) => make(popsize + (popsize % 2)),
  'clamps sigma': (make: Make): Make => (popsize) => {
    const sound = make(popsize)
    const clamped = (sigma: number): number => (sigma > 0 ? Math.min(sigma, 1e3) : 1e-6)
    return { ...sound, ask: (key, state, { sigma, learningRate }) => sound.ask(key, state, { sigma: clamped(sigma), learningRate }) }
  },
  'accepts a stale batch': (make: Make): Make => (popsize) => {
    const sound = make(popsize)
    return { ...sound, tell: (state, batch, evaluations, hyper) => sound.tell(state, { ...batch, generation: state.generation }, evaluations, hyper) }
  },
  'reports other values than it applied': (make: Make): Make => (popsize) => {
    const sound = make(popsize)
    const lastUpdate: Es['lastUpdate'] = (state) => {
      const update = sound.lastUpdate(state)
      return update === null ? null : { ...update, applied: { sigma: 0.5, learningRate: 0.0625 } }
    }
    return { ...sound, lastUpdate }
  },
  'keeps the first learning rate above 0': (make: Make): Make => (popsize) =>
    telling((batch, evaluations, hyper) => [batch, evaluations, { ...hyper, learningRate: Math.max(hyper.learningRate, 1e-3) }])(make(popsize)),
  'caps the learning rate': (make: Make): Make => (popsize) =>
    telling((batch, evaluations, hyper) => [batch, evaluations, { ...hyper, learningRate: Math.min(hyper.learningRate, 0.5) }])(make(popsize)),
  'breaks ties by index': (make: Make): Make => (popsize) => replaceFitness((fitness, index) => fitness - 1e-9 * index)(make(popsize)),
  'claims ranks without ranking': (make: Make): Make => (popsize) => {
    const sound = make(popsize)
    return { ...sound, claims: { ...sound.claims, monotoneInvariant: true } }
  },
  'pulls the mean to the origin': (make: Make): Make => (popsize) => {
    const sound = make(popsize)
    const tell: Es['tell'] = (state, batch, evaluations, hyper) => {
      const told = sound.tell(state, batch, evaluations, hyper)
      return { ...told, mean: parcel(told.mean.values.map((x) => 0.999 * x)) }
    }
    return { ...sound, tell }
  },
  'ranks what is not finite best': (make: Make): Make => (popsize) =>
    replaceFitness((fitness) => (Number.isFinite(fitness) ? fitness : 1e9))(make(popsize)),
  'divides by sigma squared': (make: Make): Make => (popsize) =>
    telling((batch, evaluations, hyper) => [{ ...batch, sigma: batch.sigma * batch.sigma }, evaluations, hyper])(make(popsize)),
  'forgets the divisor': (make: Make): Make => (popsize) =>
    telling((batch, evaluations, hyper) => [batch, evaluations, { ...hyper, learningRate: hyper.learningRate * popsize }])(make(popsize)),
  'flips the sign of the minus half': (make: Make): Make => (popsize) =>
    replaceFitness((fitness, index) => (index < popsize / 2 ? fitness : -fitness))(make(popsize)),
  'rebuilds other noise in tell': (make: Make): Make => (popsize) =>
    telling((batch, evaluations, hyper) => [{ ...batch, key: foldIn(batch.key, 0) }, evaluations, hyper])(make(popsize)),
  'takes outcomes in another order': (make: Make): Make => (popsize) =>
    telling((batch, evaluations, hyper) => [batch, [...evaluations].reverse(), hyper])(make(popsize)),
  'minimises': (make: Make): Make => (popsize) => replaceFitness((fitness) => -fitness)(make(popsize)),
} satisfies Record<string, (make: Make) => Make>

export type StrategyFlaw = keyof typeof flaws

/** Constructor of the strategy of `options` with `flaw`, by popsize. */
export const strategyMutant = (flaw: StrategyFlaw, options: VanillaEsStrategyOptions, backend: Backend): Make =>
  flaws[flaw]((popsize) => vanillaEsStrategy({ ...options, popsize }, backend))
