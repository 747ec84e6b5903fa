/** Q-learners and DQN hyper-agents with one flaw each, and the law that must catch it. */
import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { dqn, dqnDefaults } from '../../src/outer/dqn.ts'
import type { QLearning, Transition } from '../../src/outer/q-learning.ts'
import { qLearning } from '../../src/outer/q-learning.ts'
import { hyper, space } from '../outer/grids.ts'
import type { MakeDqn, MakeQ } from '../laws/q-learning.ts'
import { dqnLaws, qLaws } from '../laws/q-learning.ts'

const soundQ: MakeQ = (settings, features, actions) => qLearning(settings, features, actions, reference)
const soundDqn: MakeDqn = (settings, grid) => dqn({ ...dqnDefaults, ...settings, grid, space, hyper }, reference)

const told = (bend: (transition: Transition) => Transition): MakeQ => (settings, features, actions) => {
  const whole = soundQ(settings, features, actions)
  return { ...whole, remember: (state, transition) => whole.remember(state, bend(transition)) }
}
const stepping = (bend: (whole: QLearning) => QLearning['step']): MakeQ => (settings, features, actions) => {
  const whole = soundQ(settings, features, actions)
  return { ...whole, step: bend(whole) }
}

const qFlaws: readonly (readonly [string, MakeQ, string])[] = [
  ['goes on where an episode has ended', told((one) => ({ ...one, next: one.next ?? one.seen })), 'it finds the discounted value of what ends well later'],
  ['does not discount', (settings, features, actions) => soundQ({ ...settings, discount: 1 }, features, actions), 'it finds the discounted value of what ends well later'],
  ['never renews its targets', stepping((whole) => (key, state) => ({ ...whole.step(key, state), target: state.target })), 'it bootstraps from the target network, which follows now and then'],
  ['has no target network', stepping((whole) => (key, state) => whole.step(key, { ...state, target: state.online })), 'it bootstraps from the target network, which follows now and then'],
  ['forgets the action', told((one) => ({ ...one, action: 0 })), 'a step leads towards the targets: the loss falls to almost nothing where episodes have one decision'],
  ['keeps everything', (settings, features, actions) => soundQ({ ...settings, capacity: 1000 }, features, actions), 'it keeps the newest transitions, and does not learn before it has a minibatch'],
]

const dqnFlaws: readonly (readonly [string, MakeDqn, string])[] = [
  ['gives the return to a decision made after it', (settings, grid) => {
    const whole = soundDqn(settings, grid)
    return { ...whole, propose: (key, state, step, contexts) => {
      const [proposal, after] = whole.propose(key, state, step, contexts)
      return [proposal, { ...after, ledger: { fresh: [], used: [...after.ledger.used, ...after.ledger.fresh] } }]
    }, observe: (key, state, feedback) => feedback.kind === 'step' && feedback.members[0].envSteps === 0 ? { ...whole.observe(key, { ...state, ledger: { fresh: [], used: [] } }, feedback), ledger: { fresh: [], used: state.ledger.used.slice(-1) } } : whole.observe(key, state, feedback) }
  }, 'the last decision before a rollout earns its return, those before it nothing, and the episode ends there'],
  ['is blind to the state of training', (settings, grid) => {
    const whole = soundDqn(settings, grid)
    const blind = new Float64Array(6)
    return { ...whole, propose: (key, state, step, contexts) => whole.propose(key, state, step, contexts.map((context) => (context === null ? null : { ...context, parameters: blind, gradients: [] }))) }
  }, 'it chooses by the state of training: which rate pays depends on the parameters'],
]

describe('the laws of Q-learning', () => {
  it.each(qLaws)('$name', ({ check }) => check(soundQ))
  it.each(qFlaws)('catch one that %s', (_, make, name) => {
    const law = qLaws.find((each) => each.name === name)
    expect(() => law?.check(make)).toThrow()
  })
  it('and each law catches one', () => {
    expect(new Set(qFlaws.map(([, , name]) => name))).toEqual(new Set(qLaws.map(({ name }) => name)))
  })
})

describe('the laws of the DQN hyper-agent', () => {
  it.each(dqnLaws)('$name', ({ check }) => check(soundDqn))
  it.each(dqnFlaws)('catch one that %s', (_, make, name) => {
    const law = dqnLaws.find((each) => each.name === name)
    expect(() => law?.check(make)).toThrow()
  })
  it('and each law catches one', () => {
    expect(new Set(dqnFlaws.map(([, , name]) => name))).toEqual(new Set(dqnLaws.map(({ name }) => name)))
  })
})
