/**
 * Laws of advantages and returns: their definitions written out, and what holds for every rollout.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, ok, throws } from 'node:assert/strict'
import { foldIn, normals, rootKey, uniforms } from '../../src/core/rng.ts'
import type * as returns from '../../src/rl/returns.ts'

export type ReturnsSubject = Pick<typeof returns, 'gae' | 'discountedReturns' | 'nStepReturns'>
export type ReturnsLaw = Readonly<{ name: string; check: (subject: ReturnsSubject) => void }>
type Transitions = returns.Transitions

const root = rootKey('returns laws')

/** A rollout of T steps in N environments with about every fifth step terminating and every fifth truncated, and its values. */
const rollout = (label: number, steps: number, envs: number): Readonly<{ transitions: Transitions; values: Float64Array }> => {
  const key = foldIn(root, label)
  const size = steps * envs
  const flags = (index: number): Uint8Array => Uint8Array.from(uniforms(foldIn(key, index), size), (u) => (u < 0.2 ? 1 : 0))
  const numbers = (index: number): Float64Array => normals(foldIn(key, index), size)
  return {
    transitions: { envs, rewards: numbers(0), terminated: flags(1), truncated: flags(2), nextValues: numbers(3) },
    values: numbers(4),
  }
}

const shapes = [
  [1, 1],
  [7, 1],
  [12, 3],
  [1, 4],
] as const

/** Values of order 10 summed in another order: a few dozen units of 2.2e-16. */
const near = (label: string, actual: Float64Array, expected: Float64Array): void => {
  ok(actual.length === expected.length, `${label}: ${actual.length} numbers`)
  expected.forEach((value, i) => ok(Math.abs(actual[i] - value) <= 1e-13 * 10, `${label}[${i}]: ${actual[i]} instead of ${value}`))
}

/** Σ over the steps from `at` on that belong to the same episode: term(step index, its discount), at most `most` steps. */
const forwardSum = (
  { envs, rewards, terminated, truncated }: Transitions,
  start: number,
  decay: number,
  most: number,
  term: (at: number, discount: number, last: boolean) => number,
): number => {
  let sum = 0
  let discount = 1
  for (let at = start, steps = 1; at < rewards.length; at += envs, steps++) {
    const last = terminated[at] === 1 || truncated[at] === 1 || at + envs >= rewards.length || steps === most
    sum += term(at, discount, last)
    discount *= decay
    if (last) break
  }
  return sum
}

const gaeByDefinition = (transitions: Transitions, values: Float64Array, gamma: number, lambda: number): Float64Array =>
  values.map((_, start) =>
    forwardSum(transitions, start, gamma * lambda, Infinity, (at, discount) => {
      const after = transitions.terminated[at] === 1 ? 0 : transitions.nextValues[at]
      return discount * (transitions.rewards[at] + gamma * after - values[at])
    }),
  )

const sumsOfRewards = (transitions: Transitions, gamma: number, n: number): Float64Array =>
  transitions.rewards.map((_, start) =>
    forwardSum(transitions, start, gamma, n, (at, discount, last) => {
      const after = last && transitions.terminated[at] === 0 ? gamma * transitions.nextValues[at] : 0
      return discount * (transitions.rewards[at] + after)
    }),
  )

export const returnsLaws: readonly ReturnsLaw[] = [
  {
    name: 'advantages are their O(T²) definition, and returns are advantages plus values',
    check: (subject) => {
      shapes.forEach(([steps, envs], label) => {
        for (const lambda of [0, 0.9, 1]) {
          const { transitions, values } = rollout(label, steps, envs)
          const { advantages, returns: targets } = subject.gae(transitions, values, 0.97, lambda)
          near('advantage', advantages, gaeByDefinition(transitions, values, 0.97, lambda))
          near('return', targets, advantages.map((advantage, i) => advantage + values[i]))
        }
      })
    },
  },
  {
    name: 'discounted and n-step returns are sums of rewards up to the end of the episode',
    check: (subject) => {
      shapes.forEach(([steps, envs], label) => {
        const { transitions } = rollout(label, steps, envs)
        near('discounted', subject.discountedReturns(transitions, 0.97), sumsOfRewards(transitions, 0.97, Infinity))
        for (const n of [1, 3, 100]) near(`${n} steps`, subject.nStepReturns(transitions, 0.97, n), sumsOfRewards(transitions, 0.97, n))
      })
    },
  },
  {
    name: 'λ = 1 gives discounted returns where values join up, λ = 0 one-step targets',
    check: (subject) => {
      const { transitions, values } = rollout(20, 12, 3)
      const { envs } = transitions
      const joined = transitions.nextValues.map((value, at) =>
        at + envs < values.length && transitions.truncated[at] === 0 ? values[at + envs] : value,
      )
      const linked = { ...transitions, nextValues: joined }
      near('λ = 1', subject.gae(linked, values, 0.9, 1).returns, subject.discountedReturns(linked, 0.9))
      near('λ = 0', subject.gae(transitions, values, 0.9, 0).returns, subject.nStepReturns(transitions, 0.9, 1))
    },
  },
  {
    name: 'what lies behind a termination is never looked at, environments do not see each other',
    check: (subject) => {
      const { transitions, values } = rollout(21, 12, 3)
      const wild = { ...transitions, nextValues: transitions.nextValues.map((value, at) => (transitions.terminated[at] === 1 ? NaN : value)) }
      deepStrictEqual(subject.gae(wild, values, 0.9, 0.95), subject.gae(transitions, values, 0.9, 0.95))
      deepStrictEqual(subject.discountedReturns(wild, 0.9), subject.discountedReturns(transitions, 0.9))
      deepStrictEqual(subject.nStepReturns(wild, 0.9, 3), subject.nStepReturns(transitions, 0.9, 3))
      const column = <A extends Float64Array | Uint8Array>(array: A): A => array.filter((_: number, at: number) => at % 3 === 1) as A
      const alone: Transitions = {
        envs: 1,
        rewards: column(transitions.rewards),
        terminated: column(transitions.terminated),
        truncated: column(transitions.truncated),
        nextValues: column(transitions.nextValues),
      }
      deepStrictEqual(subject.gae(alone, column(values), 0.9, 0.95).advantages, column(subject.gae(transitions, values, 0.9, 0.95).advantages))
      deepStrictEqual(subject.discountedReturns(alone, 0.9), column(subject.discountedReturns(transitions, 0.9)))
    },
  },
  {
    name: 'inputs are left unchanged and arrays of another length are rejected',
    check: (subject) => {
      const { transitions, values } = rollout(22, 4, 2)
      const before = structuredClone({ transitions, values })
      subject.gae(transitions, values, 0.9, 0.9)
      subject.discountedReturns(transitions, 0.9)
      subject.nStepReturns(transitions, 0.9, 2)
      deepStrictEqual({ transitions, values }, before)
      throws(() => subject.gae(transitions, values.slice(1), 0.9, 0.9))
      throws(() => subject.gae({ ...transitions, envs: 3 }, values, 0.9, 0.9))
      throws(() => subject.discountedReturns({ ...transitions, truncated: new Uint8Array(3) }, 0.9))
      throws(() => subject.nStepReturns(transitions, 0.9, 0), RangeError)
    },
  },
]
