/**
 * Laws of EPGT: what is credited with what, and what is remembered of a choice.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones. The learner is
 * played: phases of updates with made-up parameters, a rollout of known worth before each, and hyperparameters that count at once, from the
 * next epoch or from the next rollout.
 */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import type { HyperRecord } from '../../src/core/hyper.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import { flatRows } from '../../src/memory/chunked-rows.ts'
import { layoutOf } from '../../src/nn/layout.ts'
import type { EpgtOptions, EpgtState } from '../../src/outer/epgt.ts'
import type { EpgtSettings } from '../../src/outer/epgt-settings.ts'
import { epgtDefaults } from '../../src/outer/epgt-settings.ts'
import type { HyperGrid } from '../../src/outer/hyper-grid.ts'
import type { Scheduler } from '../../src/outer/scheduler.ts'
import type { PolicyGradientContext } from '../../src/rl/context.ts'
import * as grids from '../outer/grids.ts'

/** Builds EPGT; the laws choose the options. */
export type EpgtSubject = (options: EpgtOptions) => Scheduler<EpgtState, PolicyGradientContext, HyperRecord>

export type EpgtLaw = Readonly<{ name: string; check: (subject: EpgtSubject) => void }>

const root = rootKey('epgt laws')
const layout = layoutOf([
  ['net.weight', [3, 2]],
  ['net.bias', [3]],
])
const SIZE = 9
const ENV_STEPS = 10

/** How the learner is played: what rollout j (from 0) is worth after updates of which the last used `values`; `epochs` of `minibatches` updates on each. */
export type Play = Readonly<{ phases: number; epochs: number; minibatches: number; worth: (rollout: number, values: HyperRecord) => number }>

/** One step that was played: what it was, what was proposed before it, and the state of EPGT after it. */
export type PlayedStep = Readonly<{
  next: 'collect' | 'update'
  phase: number
  update: number
  proposed: HyperRecord
  chosen: EpgtState
  state: EpgtState
}>

/** What the learner shows before step `step`, its last rollout having been worth `worth`. */
const contextOf = (play: Play, step: number, worth: number): PolicyGradientContext => {
  const updates = play.epochs * play.minibatches
  const at = step % (updates + 1)
  const rollouts = Math.floor(step / (updates + 1)) + (at > 0 ? 1 : 0)
  const gradient = (age: number): Float64Array => normals(foldIn(foldIn(root, 1), 1000 + step - age), SIZE)
  return {
    populationFitness: new Float64Array(2).fill(worth),
    policyReturn: worth,
    generation: rollouts,
    next: at === 0 ? 'collect' : 'update',
    changeable: at === 0 ? ['step', 'rollout'] : (at - 1) % play.minibatches === 0 ? ['step', 'epoch'] : ['step'],
    phaseUpdates: Math.max(0, at - 1),
    phaseLength: updates,
    updates: step - rollouts,
    rollouts,
    envSteps: ENV_STEPS * rollouts,
    parameters: normals(foldIn(foldIn(root, 2), step), SIZE),
    layout,
    gradients: [gradient(1), gradient(2), gradient(3)],
    lastRollout: rollouts === 0 ? null : { envSteps: ENV_STEPS, rewardSum: worth, discountedReturn: worth, targetMean: worth / 2, episodes: 1, returnMean: worth },
    batch: null,
  }
}

/** Drives `scheduler` through the play; `alter` may change what the learner shows. */
export const playThrough = (
  scheduler: Scheduler<EpgtState, PolicyGradientContext, HyperRecord>,
  play: Play,
  alter: (context: PolicyGradientContext) => PolicyGradientContext = (context) => context,
): readonly PlayedStep[] => {
  const updates = play.epochs * play.minibatches
  const played: PlayedStep[] = []
  let state = scheduler.init(foldIn(root, 3))
  let worth = Number.NaN
  let values = grids.hyper
  for (let step = 0; step < play.phases * (updates + 1); step++) {
    const before = alter(contextOf(play, step, worth))
    const [proposal, chosen] = scheduler.propose(foldIn(foldIn(root, 4), step), state, step, [before])
    ok(proposal.kind === 'use', 'EPGT asks for no trials')
    if (before.next === 'collect') worth = play.worth(before.rollouts, values)
    values = proposal.hyper
    const after = alter(contextOf(play, step + 1, worth))
    const envSteps = before.next === 'collect' ? ENV_STEPS : 0
    state = scheduler.observe(foldIn(foldIn(root, 5), step), chosen, {
      kind: 'step',
      step,
      members: [{ applied: proposal.hyper, metrics: {}, context: after, envSteps }],
    })
    played.push({ next: before.next, phase: before.rollouts - 1, update: before.phaseUpdates, proposed: proposal.hyper, chosen, state })
  }
  return played
}

/** Settings under which the memory holds every return as it came: nothing is drawn towards anything. */
export const plainMemory: EpgtSettings = {
  ...epgtDefaults,
  embedding: { kind: 'random', readout: 3 },
  memory: { ...epgtDefaults.memory, beta: 0 },
  epsilon: { from: 1, to: 0.2, envSteps: 60 },
}

/** EPGT over `grid` with `settings`. */
export const optionsOf = (settings: EpgtSettings, grid: HyperGrid): EpgtOptions => ({ ...settings, grid, space: grids.space, hyper: grids.hyper })

/** The rows of the memory of a state, oldest first: action and value. */
export const rowsOf = ({ memory }: EpgtState): readonly (readonly [action: number, value: number])[] => {
  const values = flatRows(memory.values)
  const actions = memory.actions === null ? new Float64Array(values.length) : flatRows(memory.actions)
  return Array.from(values, (value, i) => [actions[i], value])
}

const worth = (rollout: number): number => 1 + rollout * rollout
const updatesOf = (played: readonly PlayedStep[]): readonly PlayedStep[] => played.filter(({ next }) => next === 'update')

const creditLaw = (name: string, play: Play, settings: EpgtSettings): EpgtLaw => ({
  name,
  check: (subject) => {
    const played = playThrough(subject(optionsOf(settings, grids.rates)), play)
    const expected = updatesOf(played)
      .filter(({ phase }) => phase + 1 < play.phases) // the return of the last phase is not there yet
      .map(({ chosen, phase }) => [chosen.action, worth(phase + 1)])
    deepStrictEqual(rowsOf(played[played.length - 1].state), expected)
  },
})

export const epgtLaws: readonly EpgtLaw[] = [
  creditLaw('the action before one update gets the return of the rollout after it', { phases: 6, epochs: 1, minibatches: 1, worth }, plainMemory),
  creditLaw('all actions of a phase get the return of the rollout after it', { phases: 4, epochs: 2, minibatches: 2, worth }, plainMemory),
  {
    name: 'in a learning episode of several phases an action gets the sum of the returns after it',
    check: (subject) => {
      const play: Play = { phases: 7, epochs: 1, minibatches: 2, worth }
      const played = playThrough(subject(optionsOf({ ...plainMemory, phases: 3 }, grids.rates)), play)
      const after = (phase: number): number => [0, 1, 2].slice(phase % 3).reduce((sum, p) => sum + worth(phase - (phase % 3) + p + 1), 0)
      const expected = updatesOf(played).filter(({ phase }) => phase < 6).map(({ chosen, phase }) => [chosen.action, after(phase)])
      deepStrictEqual(rowsOf(played[played.length - 1].state), expected)
    },
  },
  {
    name: 'a return that is not a number judges nothing, and the next one judges for it',
    check: (subject) => {
      const play: Play = { phases: 5, epochs: 1, minibatches: 1, worth: (j) => (j === 2 ? Number.NaN : worth(j)) }
      const played = playThrough(subject(optionsOf(plainMemory, grids.rates)), play)
      const values = rowsOf(played[played.length - 1].state).map(([, value]) => value)
      deepStrictEqual(values, [worth(1), worth(3), worth(3), worth(4)])
    },
  },
  {
    name: 'what is remembered was in force: a value that cannot change yet stays in the chosen action',
    check: (subject) => {
      const play: Play = { phases: 12, epochs: 2, minibatches: 3, worth }
      const played = playThrough(subject(optionsOf(plainMemory, grids.mixed)), play)
      let [gamma, minibatches] = [Number.NaN, Number.NaN]
      const seen = { gammas: new Set<number>(), minibatches: new Set<number>(), rates: new Set<number>() }
      played.forEach(({ next, update, proposed, chosen }) => {
        const { clock, action } = chosen
        deepStrictEqual(proposed, grids.mixed.hyperAt(action, { steps: 0, envSteps: next === 'collect' ? clock.envSteps : clock.beforeRollout }))
        if (next === 'collect') gamma = proposed.gamma
        else if (update % play.minibatches === 0) minibatches = proposed.minibatches
        if (next === 'collect') return
        deepStrictEqual({ gamma: proposed.gamma, minibatches: proposed.minibatches }, { gamma, minibatches })
        seen.gammas.add(gamma)
        seen.minibatches.add(minibatches)
        seen.rates.add(grids.mixed.digitsOf(action)[1])
      })
      deepStrictEqual([seen.gammas.size, seen.minibatches.size, seen.rates.size], [2, 2, 3], 'some level was never chosen')
    },
  },
  {
    name: 'choices that are not drawn at random take the action whose neighbours were worth most',
    check: (subject) => {
      const learning = { ...plainMemory, epsilon: { from: 1, to: 0, envSteps: ENV_STEPS * 30 } }
      const played = playThrough(subject(optionsOf(learning, grids.rates)), {
        phases: 60,
        epochs: 1,
        minibatches: 1,
        worth: (_rollout, { learningRate }) => (learningRate === 0.02 ? -1 : -2),
      })
      const after = updatesOf(played).filter(({ phase }) => phase >= 30)
      after.forEach(({ proposed, phase }) => strictEqual(proposed.learningRate, 0.02, `phase ${phase}`))
    },
  },
  {
    name: 'an action that was never tried is no candidate, and the lowest of equals is chosen',
    check: (subject) => {
      const greedy = { ...plainMemory, epsilon: { from: 0, to: 0, envSteps: 1 } }
      const played = playThrough(subject(optionsOf(greedy, grids.rates)), { phases: 20, epochs: 1, minibatches: 1, worth: () => -3 })
      strictEqual(new Set(updatesOf(played).map(({ chosen }) => chosen.action)).size, 1, 'an action without a return was chosen')
      // one neighbour, so that equal returns stay equal to the bit
      const warm = { ...plainMemory, memory: { ...plainMemory.memory, kRead: 1 }, epsilon: { from: 1, to: 0, envSteps: ENV_STEPS * 30 } }
      const tied = updatesOf(playThrough(subject(optionsOf(warm, grids.rates)), { phases: 60, epochs: 1, minibatches: 1, worth: () => -3 }))
      tied.filter(({ phase }) => phase >= 30).forEach(({ chosen }) => strictEqual(chosen.action, 0))
    },
  },
]
