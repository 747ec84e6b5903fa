/**
 * A made-up learner with rollouts and updates, whose next rollout is worth what a test says of the values that its updates used.
 */
import type { HyperRecord } from '../../src/core/hyper.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import type { WatchedContext } from '../../src/outer/hyper-steps.ts'
import type { Scheduler } from '../../src/outer/scheduler.ts'
import type { PolicyGradientContext } from '../../src/rl/context.ts'

export type Phase = Readonly<{ rollout: number; used: readonly HyperRecord[]; worth: number }>

/** `worth` of a rollout, given the values of all updates on the one before it; `parameters` and `gradients` may stand for a state of training. */
export type Made<S> = Readonly<{
  scheduler: Scheduler<S, WatchedContext & PolicyGradientContext, HyperRecord>
  rollouts: number
  updates: number
  worth: (used: readonly HyperRecord[], rollout: number) => number
  parameters?: (rollout: number) => Float64Array
}>

const STEPS = 10
const layout = [{ name: '0.weight', shape: [2, 3], offset: 0 }]
const still = new Float64Array(6)

/** Plays `rollouts` phases; a phase holds the values that its updates used, and what the rollout after them was worth. */
export const playPhases = <S>({ scheduler, rollouts, updates, worth, parameters = () => still }: Made<S>): Readonly<{ phases: readonly Phase[]; state: S }> => {
  const root = rootKey('phases')
  let state = scheduler.init(foldIn(root, 0))
  let calls = 0
  const nextKey = () => foldIn(foldIn(root, 1), calls++)
  const shown = (next: 'collect' | 'update', done: number, collected: number, value: number): PolicyGradientContext => ({
    populationFitness: Float64Array.of(value),
    policyReturn: value,
    generation: collected,
    next,
    changeable: next === 'collect' ? ['step', 'rollout'] : ['step', 'epoch'],
    phaseUpdates: done,
    phaseLength: updates,
    updates: 0,
    rollouts: collected,
    envSteps: STEPS * collected,
    parameters: parameters(collected),
    layout,
    gradients: [normals(foldIn(rootKey('gradients'), collected), 6), still],
    lastRollout: { envSteps: STEPS, rewardSum: value, discountedReturn: value, targetMean: value, episodes: 1, returnMean: value },
    batch: null,
  })
  let context = shown('collect', 0, 0, Number.NaN)
  let step = 0
  const advance = (after: PolicyGradientContext, envSteps: number): HyperRecord => {
    const [proposal, proposed] = scheduler.propose(nextKey(), state, step, [context])
    if (proposal.kind !== 'use') throw new Error('a scheduler of one learner proposes values')
    state = scheduler.observe(nextKey(), proposed, { kind: 'step', step, members: [{ applied: proposal.hyper, metrics: {}, context: after, envSteps }] })
    context = after
    step += 1
    return proposal.hyper
  }
  const phases: Phase[] = []
  let used: readonly HyperRecord[] = []
  for (let rollout = 1; rollout <= rollouts; rollout++) {
    const value = used.length === 0 ? 0 : worth(used, rollout - 1)
    advance(shown('update', 0, rollout, value), STEPS)
    if (used.length > 0) phases.push({ rollout: rollout - 1, used, worth: value })
    used = Array.from({ length: updates }, (_, u) => advance(shown(u + 1 < updates ? 'update' : 'collect', u + 1 < updates ? u + 1 : 0, rollout, value), 0))
  }
  return { phases, state }
}
