/**
 * Laws of deterministic policy gradients: a critic that sees actions, losses whose gradients are theirs, targets that end where episodes do.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, ok } from 'node:assert/strict'
import { reference } from '../../backends/reference/index.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import type * as critics from '../../src/nn/action-critic.ts'
import { initMlp, mlp } from '../../src/nn/mlp.ts'
import type * as losses from '../../src/rl/ddpg-loss.ts'
import { agreesWithDifferences } from './central-differences.ts'

export type DdpgSubject = Pick<typeof critics, 'actionCritic' | 'initActionCritic'> & typeof losses
export type DdpgLaw = Readonly<{ name: string; check: (subject: DdpgSubject) => void }>

const root = rootKey('ddpg laws')
const draw = (label: number, n: number): Float64Array => normals(foldIn(root, label), n)

const BATCH = 4
const spec: critics.ActionCriticSpec = { obsSize: 3, actionSize: 2, hidden: [5, 4], activation: 'tanh' }
const actorSizes = [3, 6, 2]

const setting = (subject: DdpgSubject) => {
  const nets = { actor: mlp({ sizes: actorSizes, activation: 'tanh', outputActivation: 'tanh' }, reference), critic: subject.actionCritic(spec, reference) }
  return {
    nets,
    actor: initMlp(foldIn(root, 0), actorSizes, 'orthogonal'),
    critic: subject.initActionCritic(foldIn(root, 1), spec, 'torch'),
    transitions: {
      obs: draw(2, 3 * BATCH),
      actions: draw(3, 2 * BATCH),
      rewards: draw(4, BATCH),
      nextObs: draw(5, 3 * BATCH),
      terminated: Uint8Array.of(0, 1, 0, 0),
    },
  }
}

export const ddpgLaws: readonly DdpgLaw[] = [
  {
    name: 'the critic has gradients by its parameters and by the actions, one row at a time or all together',
    check: (subject) => {
      const { nets, critic, transitions } = setting(subject)
      const { obs, actions } = transitions
      const weights = draw(6, BATCH)
      const measure = (parameters: Float64Array, acts: Float64Array): number =>
        nets.critic.values(parameters, obs, acts).reduce((sum, value, i) => sum + weights[i] * value, 0)
      const { values, pullback } = nets.critic.valuesWithPullback(critic, obs, actions)
      const gradient = pullback(weights)
      agreesWithDifferences('by parameters', (p) => measure(p, actions), critic, gradient.parameters)
      agreesWithDifferences('by actions', (a) => measure(critic, a), actions, gradient.actions)
      deepStrictEqual(values, nets.critic.values(critic, obs, actions))
      for (let i = 0; i < BATCH; i++) deepStrictEqual([...nets.critic.values(critic, obs.slice(3 * i, 3 * i + 3), actions.slice(2 * i, 2 * i + 2))], [values[i]])
    },
  },
  {
    name: 'the losses have their gradients, with the target held',
    check: (subject) => {
      const { nets, actor, critic, transitions } = setting(subject)
      const targets = draw(7, BATCH)
      const ofCritic = subject.ddpgCriticLoss(nets, critic, transitions, targets)
      agreesWithDifferences('critic', (p) => subject.ddpgCriticLoss(nets, p, transitions, targets).loss, critic, ofCritic.gradient)
      const squares = nets.critic.values(critic, transitions.obs, transitions.actions).map((q, i) => (q - targets[i]) ** 2)
      ok(Math.abs(ofCritic.loss - squares.reduce((a, b) => a + b, 0) / BATCH) < 1e-14, `critic loss ${ofCritic.loss}`)
      const ofActor = subject.ddpgActorLoss(nets, actor, critic, transitions.obs, BATCH)
      agreesWithDifferences('actor', (p) => subject.ddpgActorLoss(nets, p, critic, transitions.obs, BATCH).loss, actor, ofActor.gradient)
    },
  },
  {
    name: 'a step down the actor loss has actions of higher value',
    check: (subject) => {
      const { nets, actor, critic, transitions } = setting(subject)
      const valueOf = (parameters: Float64Array): number =>
        nets.critic.values(critic, transitions.obs, nets.actor.forward(parameters, transitions.obs, BATCH)).reduce((a, b) => a + b, 0)
      const { gradient } = subject.ddpgActorLoss(nets, actor, critic, transitions.obs, BATCH)
      ok(valueOf(actor.map((value, i) => value - 0.01 * gradient[i])) > valueOf(actor), 'the value did not rise')
    },
  },
  {
    name: 'a target is the reward where the episode ended, and sees the slow networks elsewhere',
    check: (subject) => {
      const { nets, actor, critic, transitions } = setting(subject)
      const targets = subject.ddpgTargets(nets, actor, critic, transitions, 0.9)
      const following = nets.critic.values(critic, transitions.nextObs, nets.actor.forward(actor, transitions.nextObs, BATCH))
      targets.forEach((target, i) => {
        const expected = transitions.rewards[i] + (i === 1 ? 0 : 0.9 * following[i])
        ok(Math.abs(target - expected) < 1e-15, `target ${i}: ${target} instead of ${expected}`)
      })
    },
  },
  {
    name: 'slow parameters stay at τ = 0, are taken over at τ = 1, and lie between otherwise',
    check: (subject) => {
      const [slow, fast] = [draw(8, 5), draw(9, 5)]
      deepStrictEqual(subject.softUpdate(slow, fast, 0), slow)
      deepStrictEqual(subject.softUpdate(slow, fast, 1), fast)
      subject.softUpdate(slow, fast, 0.25).forEach((value, i) => ok(Math.abs(value - (0.75 * slow[i] + 0.25 * fast[i])) < 1e-15, `entry ${i}`))
    },
  },
]
