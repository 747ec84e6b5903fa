/** Population based training with one flaw each, and the law that must catch it. */
import type { HyperRecord } from '../../src/core/hyper.ts'
import type { Mutable, PbtState } from '../../src/outer/pbt.ts'
import { pbt, pbtDefaults } from '../../src/outer/pbt.ts'
import type { MemberChange } from '../../src/outer/scheduler.ts'
import type { MakePopulation } from '../laws/pbt.ts'
import { memberSpace } from '../laws/pbt.ts'

const mutables: readonly Mutable[] = [
  ...['lr', 'clip', 'batches'].map((name): Mutable => ({ kind: 'range', dimension: { name, ...memberSpace[name] } })),
  { kind: 'levels', name: 'gamma', levels: memberSpace.gamma.levels ?? [] },
]
const options = { ...pbtDefaults, members: 6, readyEvery: 30, quantile: 1 / 3, mutables, fixed: { eps: 0.1 } }

/** PBT without a flaw. */
export const soundPbt: MakePopulation<PbtState> = (settings) => pbt({ ...options, ...settings })

type Change = MemberChange<HyperRecord>

/** PBT whose copies are bent: what a copy would have been, and the values of its donor. */
const bent = (bend: (change: Change, donor: HyperRecord, state: PbtState) => Change, more: Partial<typeof options> = {}): MakePopulation<PbtState> => (settings) => {
  const whole = pbt({ ...options, ...settings, ...more })
  return {
    ...whole,
    propose: (key, state, step, contexts) => {
      const [proposal, after] = whole.propose(key, state, step, contexts)
      if (proposal.kind !== 'members' || step === 0) return [proposal, after]
      const changes = proposal.changes.map((change) => (change.copyFrom === null ? change : bend(change, state.books[change.copyFrom].hyper, state)))
      const books = after.books.map((book, i) => ({ ...book, hyper: changes.find(({ member }) => member === i)?.hyper ?? book.hyper }))
      return [{ kind: 'members', changes }, { ...after, books }]
    },
  }
}

const wide = mutables.map((mutable): Mutable => (mutable.kind === 'range' && mutable.dimension.name === 'lr' ? { kind: 'range', dimension: { ...mutable.dimension, high: 1, low: 1e-9 } } : mutable))

/** Each flaw, and the law that must catch it. */
export const brokenPbts: readonly (readonly [string, MakePopulation<PbtState>, string])[] = [
  ['starts all members alike', (settings) => {
    const whole = soundPbt(settings)
    return { ...whole, init: (key) => { const state = whole.init(key); return { ...state, books: state.books.map((book) => ({ ...book, hyper: state.books[0].hyper })) } } }
  }, 'every member starts with values of its own, inside their ranges'],
  ['replaces one at a time', bent((change) => change, { quantile: 0.1 }), 'the worst two of six take over the best two, every time that they are due'],
  ['copies the bad ones', bent((change) => ({ ...change, copyFrom: 5 - (change.copyFrom ?? 0) })), 'the worst two of six take over the best two, every time that they are due'],
  ['copies members without a score', bent((change) => ({ ...change, copyFrom: 3 })), 'scores decide, whatever they are: a member without one is replaced and never copied'],
  ['forgets the perturbed values after copying', bent((change, donor) => ({ ...change, hyper: donor })), 'a copy does not go on with the values of its donor'],
  ['knows no bounds', bent((change, donor) => ({ ...change, hyper: { ...change.hyper, lr: donor.lr * (change.hyper.lr >= donor.lr ? 1.2 : 0.8) } })), 'every value of every copy lies inside its range'],
  ['cuts integers into fractions', bent((change) => ({ ...change, hyper: { ...change.hyper, batches: 0.8 * change.hyper.batches } })), 'every value of every copy lies inside its range'],
  ['copies in the midst of updates', (settings) => {
    const whole = soundPbt(settings)
    return { ...whole, propose: (key, state, step, contexts) => whole.propose(key, state, step, contexts.map((context) => (context === null ? null : { ...context, next: 'generation' as const }))) }
  }, 'nobody is copied while a rollout is held'],
  ['moves by a tenth', bent((change) => change, { grow: 1.1, shrink: 0.9 }), 'values go up by a fifth or down by a fifth, integers by at least one, levels to the next, and stop at their ends'],
  ['jumps over levels', bent((change, donor) => ({ ...change, hyper: { ...change.hyper, gamma: donor.gamma === 0.9 ? 0.99 : 0.9 } })), 'values go up by a fifth or down by a fifth, integers by at least one, levels to the next, and stop at their ends'],
  ['moves inside another range', (settings) => pbt({ ...options, ...settings, mutables: wide }), 'every member starts with values of its own, inside their ranges'],
  ['never draws anew', (settings) => soundPbt({ ...settings, resample: 0 }), 'both ways are as likely, and a quarter is drawn anew'],
]
