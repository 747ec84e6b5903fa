/** Deterministic policy gradients with one flaw each, for the laws to catch. */
import * as critics from '../../src/nn/action-critic.ts'
import * as losses from '../../src/rl/ddpg-loss.ts'
import type { DdpgSubject } from '../laws/ddpg.ts'

const sound: DdpgSubject = { ...critics, ...losses }

const changedCritic = (change: (critic: critics.ActionCritic) => Partial<critics.ActionCritic>): DdpgSubject => ({
  ...sound,
  actionCritic: (spec, backend) => {
    const critic = critics.actionCritic(spec, backend)
    return { ...critic, ...change(critic) }
  },
})

export const ddpgMutants: Readonly<Record<string, DdpgSubject>> = {
  'has a critic without slopes by actions': changedCritic((critic) => ({
    valuesWithPullback: (parameters, obs, actions) => {
      const pass = critic.valuesWithPullback(parameters, obs, actions)
      return { ...pass, pullback: (gradValues) => ({ ...pass.pullback(gradValues), actions: new Float64Array(actions.length) }) }
    },
  })),
  'takes the sum of squares for their mean': {
    ...sound,
    ddpgCriticLoss: (nets, parameters, transitions, targets) => {
      const { loss, gradient, values } = losses.ddpgCriticLoss(nets, parameters, transitions, targets)
      return { loss: loss * targets.length, gradient: gradient.map((g) => g * targets.length), values }
    },
  },
  'forgets the factor 2 of a square': {
    ...sound,
    ddpgCriticLoss: (...args) => {
      const answer = losses.ddpgCriticLoss(...args)
      return { ...answer, gradient: answer.gradient.map((g) => g / 2) }
    },
  },
  'climbs down the values': {
    ...sound,
    ddpgActorLoss: (...args) => {
      const answer = losses.ddpgActorLoss(...args)
      return { ...answer, loss: -answer.loss, gradient: answer.gradient.map((g) => -g) }
    },
  },
  'values what comes after the end': {
    ...sound,
    ddpgTargets: (nets, actor, critic, transitions, gamma) => losses.ddpgTargets(nets, actor, critic, { ...transitions, terminated: transitions.terminated.map(() => 0) }, gamma),
  },
  'does not discount': { ...sound, ddpgTargets: (nets, actor, critic, transitions) => losses.ddpgTargets(nets, actor, critic, transitions, 1) },
  'moves slow networks by 1 − τ': { ...sound, softUpdate: (slow, fast, tau) => losses.softUpdate(slow, fast, 1 - tau) },
}
